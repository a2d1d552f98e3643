package deepspeech.speech.audio;

import java.util.List;
import java.util.Optional;

/**
 * A common audio format that is not supported, recognised by its first bytes.
 *
 * @param name common name of the format
 * @param offset offset of the magic bytes
 * @param magic the magic bytes, one character each
 * @param remedy command that converts the file to WAV
 */
record UnreadableFormat(String name, int offset, String magic, String remedy) {
  private static final String FFMPEG = "ffmpeg -i IN -c:a pcm_s16le OUT.wav";
  private static final String SOX = "sox IN OUT.wav";

  private static final List<UnreadableFormat> KNOWN =
      List.of(
          new UnreadableFormat(
              "NIST SPHERE, as in the LDC's corpora",
              0,
              "NIST_1A\n",
              "sph2pipe -f wav -p IN OUT.wav (sox does for files without shorten compression)"),
          new UnreadableFormat("AIFF", 8, "AIFF", SOX),
          new UnreadableFormat("AIFF-C", 8, "AIFC", SOX),
          new UnreadableFormat("big-endian WAV (RIFX)", 0, "RIFX", SOX),
          new UnreadableFormat("Sun/NeXT AU", 0, ".snd", SOX),
          new UnreadableFormat("Sony Wave64", 0, "riff.\u0091\u00cf\u0011", SOX),
          new UnreadableFormat("Core Audio (CAF)", 0, "caff", FFMPEG),
          new UnreadableFormat("AMR", 0, "#!AMR", FFMPEG),
          new UnreadableFormat("M4A or MP4", 4, "ftyp", FFMPEG),
          new UnreadableFormat("Matroska or WebM", 0, "\u001aE\u00df\u00a3", FFMPEG),
          new UnreadableFormat("Windows Media (ASF)", 0, "0&\u00b2u\u008ef\u00cf\u0011", FFMPEG),
          new UnreadableFormat("Monkey's Audio", 0, "MAC ", FFMPEG),
          new UnreadableFormat("WavPack", 0, "wvpk", FFMPEG),
          new UnreadableFormat("shorten", 0, "ajkg", FFMPEG));

  /** Recognised by the first packet of the stream. */
  private static final List<UnreadableFormat> IN_OGG =
      List.of(
          new UnreadableFormat("FLAC in Ogg", 0, "\u007fFLAC", FFMPEG),
          new UnreadableFormat("Speex in Ogg", 0, "Speex   ", FFMPEG),
          new UnreadableFormat("CELT in Ogg", 0, "CELT    ", FFMPEG),
          new UnreadableFormat("PCM in Ogg", 0, "PCM     ", FFMPEG),
          new UnreadableFormat("an Ogg video", 0, "\u0080theora", FFMPEG));

  /** Returns the format of a file; empty if it is not one of these. */
  static Optional<UnreadableFormat> of(byte[] content) {
    return find(KNOWN, content);
  }

  /** Returns the format of an Ogg stream by its first packet; empty if it is not one of these. */
  static Optional<UnreadableFormat> inOgg(byte[] packet) {
    return find(IN_OGG, packet);
  }

  private static Optional<UnreadableFormat> find(List<UnreadableFormat> formats, byte[] content) {
    return formats.stream().filter(format -> format.is(content)).findFirst();
  }

  /** Returns one line for the owner of the data set. */
  String message() {
    return "the file is %s, which is not supported; convert it to WAV: %s".formatted(name, remedy);
  }

  private boolean is(byte[] content) {
    return new Magic(magic).isAt(content, offset);
  }
}
