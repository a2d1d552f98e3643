package deepspeech.tools.pack;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Pcm16;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;

/** Converts the audio of utterances to 16 kHz mono files of 16 bits. Thread-safe. */
final class Transcoder {
  private final DataStorage storage;
  private final Location manifest;
  private final TranscodedFormat format;
  private final AudioReader audio =
      new AudioReader(FeatureShape.SAMPLE_RATE, DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS);

  /**
   * Creates a transcoder for the audio of one manifest.
   *
   * @param storage the storage of the audio
   */
  Transcoder(DataStorage storage, Location manifest, TranscodedFormat format) {
    this.storage = storage;
    this.manifest = manifest;
    this.format = format;
  }

  /**
   * Decodes, resamples and encodes the audio of an utterance.
   *
   * @throws UnusableAudioException if the audio cannot be read, or if its duration differs from the
   *     manifest. The new manifest states the actual duration, so that a later check could not
   *     detect the difference.
   */
  Transcoded transcode(Utterance utterance) throws UnusableAudioException {
    Location file =
        storage
            .audioPaths()
            .find(manifest, utterance.audioFilepath())
            .orElseThrow(UnusableAudioException::outsideRoot);
    Waveform waveform = audio.read(storage.recording(file), utterance.segment());
    if (waveform.samples().length == 0) {
      throw new UnusableAudioException(SkipReason.TOO_SHORT, "the audio has no sample");
    }
    utterance.stated().requireOf(waveform, "manifest");
    return new Transcoded(format.encode(Pcm16.of(waveform)), waveform.seconds());
  }

  /**
   * A complete file.
   *
   * @param seconds its duration
   */
  record Transcoded(byte[] content, double seconds) {}
}
