package deepspeech.tools.pack;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.features.DataSpecification;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.Pcm16;
import deepspeech.speech.audio.UnusableAudioException;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;

/** Makes 16 kHz mono files of 16 bits of the audio of utterances. Thread-safe. */
final class Transcoder {
  private final DataStorage storage;
  private final Location manifest;
  private final TranscodedFormat format;
  private final AudioReader audio =
      new AudioReader(FeatureShape.SAMPLE_RATE, DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS);

  /**
   * A transcoder of the audio of one manifest.
   *
   * @param storage that the audio lies in
   */
  Transcoder(DataStorage storage, Location manifest, TranscodedFormat format) {
    this.storage = storage;
    this.manifest = manifest;
    this.format = format;
  }

  /**
   * Decodes, resamples and encodes the audio of an utterance.
   *
   * @throws UnusableAudioException if it cannot be read, or does not last as long as the manifest
   *     says: the new manifest will say what it lasts, so nobody would find it later
   */
  Transcoded transcode(Utterance utterance) throws UnusableAudioException {
    Location file =
        storage
            .audio(manifest, utterance.audioFilepath())
            .orElseThrow(UnusableAudioException::outsideRoot);
    Waveform waveform = audio.read(storage, file, utterance.segment());
    if (waveform.samples().length == 0) {
      throw new UnusableAudioException(SkipReason.TOO_SHORT, "the audio has no sample");
    }
    waveform.requireDuration(utterance.stated(), "manifest");
    return new Transcoded(format.encode(Pcm16.of(waveform)), waveform.seconds());
  }

  /**
   * A whole file.
   *
   * @param seconds that it lasts
   */
  record Transcoded(byte[] content, double seconds) {}
}
