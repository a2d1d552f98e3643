package deepspeech.speech.encoding;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.OutputFrames;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.dataset.UsableUtterance;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.StoredAudio;
import java.util.Locale;

/** Reads the audio of utterances and refuses audio that a run cannot use. Thread-safe. */
public final class UtteranceAudio {
  private final DataStorage storage;
  private final AudioReader audio;

  /** Reads audio under a root and from an object store. */
  public UtteranceAudio(DataStorage storage, AudioReader audio) {
    this.storage = storage;
    this.audio = audio;
  }

  /**
   * Finds the audio of an utterance.
   *
   * @param manifest manifest of the utterance
   * @throws UnusableAudioException if its path leads outside the root
   */
  StoredAudio find(Location manifest, UsableUtterance usable) throws UnusableAudioException {
    return storage
        .audioPaths()
        .find(manifest, usable.utterance().audioFilepath())
        .map(storage::recording)
        .orElseThrow(UnusableAudioException::outsideRoot);
  }

  /**
   * Finds and decodes an utterance as {@link #read(StoredAudio, Split, DataSpecification,
   * UsableUtterance)}.
   *
   * @param manifest manifest of the utterance
   */
  public Waveform read(
      Location manifest, Split split, DataSpecification specification, UsableUtterance usable)
      throws UnusableAudioException {
    return read(find(manifest, usable), split, specification, usable);
  }

  /**
   * Decodes an utterance.
   *
   * @param recording its audio
   * @return audio that gives at least one frame of features, has the duration that the manifest
   *     states and is within the limits of the run; in a training split it is long enough for its
   *     labels
   * @throws UnusableAudioException if the audio does not meet these conditions
   */
  Waveform read(
      StoredAudio recording, Split split, DataSpecification specification, UsableUtterance usable)
      throws UnusableAudioException {
    Waveform waveform = audio.read(recording, usable.utterance().segment());
    check(split, specification, usable, waveform);
    return waveform;
  }

  private static void check(
      Split split, DataSpecification specification, UsableUtterance usable, Waveform waveform)
      throws UnusableAudioException {
    double seconds = waveform.seconds();
    int frames = FeatureShape.frames(waveform.samples().length);
    if (frames == 0) {
      throw unusable(SkipReason.TOO_SHORT, "the audio lasts %.4f s; a window is 0.02 s", seconds);
    }
    if (seconds < specification.minDuration()) {
      throw unusable(
          SkipReason.TOO_SHORT,
          "the audio lasts %.2f s; min_duration is %s s",
          seconds,
          specification.minDuration());
    }
    if (seconds > specification.maxDuration()) {
      throw unusable(
          SkipReason.TOO_LONG,
          "the audio lasts %.2f s; max_duration is %s s",
          seconds,
          specification.maxDuration());
    }
    usable.utterance().stated().requireOf(waveform, "manifest");
    int needed = OutputFrames.neededFor(usable.labels());
    // A test utterance is decoded, not aligned, so it counts whatever its text is.
    if (split == Split.TRAIN && needed > OutputFrames.of(frames)) {
      throw unusable(
          SkipReason.LABELS_EXCEED_FRAMES,
          "the text needs %d output frames; the audio of %.2f s has %d",
          needed,
          seconds,
          OutputFrames.of(frames));
    }
  }

  private static UnusableAudioException unusable(
      SkipReason reason, String format, Object... values) {
    return new UnusableAudioException(reason, String.format(Locale.ROOT, format, values));
  }
}
