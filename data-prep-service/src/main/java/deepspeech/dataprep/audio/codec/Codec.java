package deepspeech.dataprep.audio.codec;

/** A lossy audio codec whose packets a {@link PacketDecoder} decodes. */
public enum Codec {
  /** MPEG-1, 2 and 2.5, layer III; a packet is a frame. */
  MP3,
  /** Vorbis I. */
  VORBIS,
  /** Opus, always at 48 kHz. */
  OPUS
}
