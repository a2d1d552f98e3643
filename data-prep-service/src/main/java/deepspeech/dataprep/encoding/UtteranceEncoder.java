package deepspeech.dataprep.encoding;

import static deepspeech.dataprep.features.FeatureShape.BINS;

import deepspeech.dataprep.audio.AudioReader;
import deepspeech.dataprep.audio.UnusableAudioException;
import deepspeech.dataprep.audio.Waveform;
import deepspeech.dataprep.augmentation.Augmentation;
import deepspeech.dataprep.augmentation.SpecAugmentation;
import deepspeech.dataprep.augmentation.UtteranceKey;
import deepspeech.dataprep.augmentation.WorkingAudio;
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
import java.util.List;
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
  private final WorkingAudio working = new WorkingAudio();
  private float[] features = {};
  private float[] warped = {};

  UtteranceEncoder(DatasetRoot root, AudioReader audio) {
    this.root = root;
    this.audio = audio;
  }

  /**
   * Decodes, perturbs, measures and normalises an utterance.
   *
   * @param epoch from 1; what the augmentation draws depends on it
   * @throws UnusableAudioException if its audio cannot be used; in a training split also if it is
   *     too short for its labels; the message begins with the path that the manifest gives
   */
  EncodedUtterance encode(
      DataSet dataSet, UsableUtterance usable, int epoch, FeatureNormalizer normalizer)
      throws UnusableAudioException {
    String path = usable.utterance().audioFilepath();
    Augmentation augmentation = dataSet.augmentation();
    UtteranceKey key =
        new UtteranceKey(dataSet.specification().seed(), epoch, usable.utterance().line());
    try {
      Waveform waveform = read(dataSet, path);
      int length = waveform.samples().length;
      check(dataSet, usable, waveform.seconds(), FeatureShape.frames(length));
      double gain = GainNormalizer.gain(waveform.samples(), length);
      working.load(waveform.samples(), length);
      augmentation.perturb(working, key, fewestSamples(usable.labels()));
      if (working.samples() != waveform.samples()) {
        gain = GainNormalizer.gain(working.samples(), working.length());
      }
      int frames = FeatureShape.frames(working.length());
      List<SpecAugmentation> drawn = augmentation.features(key, frames);
      features = room(features, frames);
      spectrogram.compute(working.samples(), working.length(), gain, features);
      for (SpecAugmentation augmented : drawn) {
        warp(augmented, frames);
      }
      short[] normalized = normalizer.normalize(features, frames);
      drawn.forEach(augmented -> augmented.mask(normalized));
      return new EncodedUtterance(frames, normalized);
    } catch (UnusableAudioException e) {
      throw new UnusableAudioException(e.reason(), path + ": " + e.getMessage(), e);
    }
  }

  /** Warping moves frames; normalising does the same to each of them, so it can come after. */
  private void warp(SpecAugmentation augmented, int frames) {
    if (augmented.warps()) {
      warped = room(warped, frames);
      augmented.warp(features, warped);
      float[] free = features;
      features = warped;
      warped = free;
    }
  }

  private static float[] room(float[] features, int frames) {
    return features.length < frames * BINS ? new float[frames * BINS] : features;
  }

  /** The samples that labels need at least. */
  private static int fewestSamples(int[] labels) {
    int frames = 3 * (OutputFrames.neededFor(labels) - 1) + 1;
    return FeatureShape.WINDOW + (frames - 1) * FeatureShape.HOP;
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
