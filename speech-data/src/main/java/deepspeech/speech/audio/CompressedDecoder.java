package deepspeech.speech.audio;

import deepspeech.speech.audio.codec.PacketDecoder;

/**
 * Decodes MP3, and Vorbis and Opus in Ogg. What can be known from a container is checked before a
 * packet is decoded: damage, and how long the audio lasts.
 */
final class CompressedDecoder implements AudioDecoder {
  /**
   * Samples that damaged packets may give beside those expected, so that damage is told as such.
   */
  private static final int MOST_TOO_MANY = 1 << 16;

  private final PacketDecoder codecs;

  /** Takes what decodes the packets. */
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
    // Both are less than the number of samples.
    float[] kept = new float[(int) track.wanted()];
    System.arraycopy(decoded, (int) track.skip(), kept, 0, kept.length);
    for (int i = 0; i < kept.length; i++) {
      if (!Float.isFinite(kept[i])) {
        throw UnusableAudioException.broken(
            "sample %d of the audio is not a finite number".formatted(i));
      }
    }
    return new Waveform(kept, track.audio().sampleRate());
  }
}
