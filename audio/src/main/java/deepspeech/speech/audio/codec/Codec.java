package deepspeech.speech.audio.codec;

/** A lossy audio codec whose packets are decoded by a {@link PacketDecoder}. */
public enum Codec {
  /** MPEG-1, 2 and 2.5, layer III; a packet is a frame. */
  MP3("MP3", 1152),
  /** Vorbis I. */
  VORBIS("Vorbis", 8192),
  /** Opus, always at 48 kHz. */
  OPUS("Opus", 5760);

  private final String displayName;
  private final int mostPacketSamples;

  Codec(String displayName, int mostPacketSamples) {
    this.displayName = displayName;
    this.mostPacketSamples = mostPacketSamples;
  }

  /** The name for messages. */
  String displayName() {
    return displayName;
  }

  /** The largest number of samples of one channel in a packet. */
  int mostPacketSamples() {
    return mostPacketSamples;
  }
}
