package deepspeech.speech.audio;

import deepspeech.speech.audio.codec.PacketDecoder;
import deepspeech.speech.audio.failure.UnusableAudioException;

/**
 * Decodes MP3, and Vorbis and Opus in Ogg. The container is checked for damage and for the duration
 * of the audio before a packet is decoded.
 */
final class CompressedDecoder implements AudioDecoder {
  /**
   * The number of samples that damaged packets may give beyond the expected number, so that the
   * audio is reported as damaged and not as too long.
   */
  private static final int MOST_TOO_MANY = 1 << 16;

  private final PacketDecoder codecs;

  /** Takes the decoder of the packets. */
  CompressedDecoder(PacketDecoder codecs) {
    this.codecs = codecs;
  }

  @Override
  public boolean recognises(byte[] content) {
    return OggPages.begin(content) || Mp3Frames.begins(content);
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    EncodedTrack track =
        OggPages.begin(content)
            ? OggStream.read(content, maxSeconds)
            : Mp3Frames.read(content, maxSeconds);
    float[] decoded = codecs.decode(track.audio(), track.samples() + MOST_TOO_MANY);
    if (decoded.length != track.samples()) {
      throw UnusableAudioException.broken(
          "the packets of the audio decode to %d samples in place of %d: they are damaged"
              .formatted(decoded.length, track.samples()));
    }
    // Both values are at most the number of samples, which fits an int.
    float[] samples = new float[(int) track.wanted()];
    System.arraycopy(decoded, (int) track.skip(), samples, 0, samples.length);
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw UnusableAudioException.broken(
            "sample %d of the audio is not a finite number".formatted(i));
      }
    }
    return new Waveform(samples, track.audio().sampleRate());
  }
}
