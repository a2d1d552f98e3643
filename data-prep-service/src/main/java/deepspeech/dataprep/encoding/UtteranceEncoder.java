package deepspeech.dataprep.encoding;

import static deepspeech.dataprep.features.FeatureShape.BINS;

import deepspeech.dataprep.audio.AudioReader;
import deepspeech.dataprep.audio.UnusableAudioException;
import deepspeech.dataprep.audio.Waveform;
import deepspeech.dataprep.dataset.DataSet;
import deepspeech.dataprep.dataset.UsableUtterance;
import deepspeech.dataprep.features.FeatureNormalizer;
import deepspeech.dataprep.features.FeatureShape;
import deepspeech.dataprep.features.GainNormalizer;
import deepspeech.dataprep.features.LinearSpectrogram;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.OutputFrames;
import deepspeech.messages.features.Split;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Makes the features of one utterance after the other. Holds its working memory; not for use by
 * several threads at once.
 */
final class UtteranceEncoder {
  private final DatasetRoot root;
  private final AudioReader audio;
  private final LinearSpectrogram spectrogram = new LinearSpectrogram();
  private float[] features = {};

  UtteranceEncoder(DatasetRoot root, AudioReader audio) {
    this.root = root;
    this.audio = audio;
  }

  /**
   * Decodes, measures and normalises an utterance.
   *
   * @throws UnusableAudioException if its audio cannot be used; in a training split also if it is
   *     too short for its labels; the message begins with the path that the manifest gives
   */
  EncodedUtterance encode(DataSet dataSet, UsableUtterance usable, FeatureNormalizer normalizer)
      throws UnusableAudioException {
    String path = usable.utterance().audioFilepath();
    try {
      Waveform waveform = read(dataSet, path);
      int length = waveform.samples().length;
      int frames = FeatureShape.frames(length);
      check(dataSet, usable, waveform.seconds(), frames);
      double gain = GainNormalizer.gain(waveform.samples(), length);
      if (features.length < frames * BINS) {
        features = new float[frames * BINS];
      }
      spectrogram.compute(waveform.samples(), length, gain, features);
      return new EncodedUtterance(frames, normalizer.normalize(features, frames));
    } catch (UnusableAudioException e) {
      throw new UnusableAudioException(e.reason(), path + ": " + e.getMessage(), e);
    }
  }

  private Waveform read(DataSet dataSet, String path) throws UnusableAudioException {
    Optional<Path> file = root.audio(dataSet.manifest(), path);
    if (file.isEmpty()) {
      throw new UnusableAudioException(
          LeftOutReason.OUTSIDE_ROOT, "the path leads outside the dataset root");
    }
    return audio.read(file.get());
  }

  private static void check(DataSet dataSet, UsableUtterance usable, double seconds, int frames)
      throws UnusableAudioException {
    DataSpecification specification = dataSet.specification();
    if (frames == 0) {
      throw unusable(
          LeftOutReason.TOO_SHORT, "the audio lasts %.4f s; a window is 0.02 s", seconds);
    }
    if (seconds < specification.minDuration()) {
      throw unusable(
          LeftOutReason.TOO_SHORT,
          "the audio lasts %.2f s; min_duration is %s s",
          seconds,
          specification.minDuration());
    }
    if (seconds > specification.maxDuration()) {
      throw unusable(
          LeftOutReason.TOO_LONG,
          "the audio lasts %.2f s; max_duration is %s s",
          seconds,
          specification.maxDuration());
    }
    if (!usable.utterance().canLast(seconds)) {
      throw unusable(
          LeftOutReason.WRONG_DURATION,
          "the audio lasts %.2f s; the manifest says %s s",
          seconds,
          usable.utterance().duration());
    }
    int needed = OutputFrames.neededFor(usable.labels());
    // A test utterance is decoded, not aligned: it counts whatever its text.
    if (dataSet.split() == Split.TRAIN && needed > OutputFrames.of(frames)) {
      throw unusable(
          LeftOutReason.LABELS_EXCEED_FRAMES,
          "the text needs %d output frames; the audio of %.2f s has %d",
          needed,
          seconds,
          OutputFrames.of(frames));
    }
  }

  private static UnusableAudioException unusable(
      LeftOutReason reason, String format, Object... values) {
    return new UnusableAudioException(reason, String.format(Locale.ROOT, format, values));
  }
}
