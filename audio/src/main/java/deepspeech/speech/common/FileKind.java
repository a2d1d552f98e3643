package deepspeech.speech.common;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The actual kind of a file that is found in place of an expected one, recognised by its first
 * bytes. Failed downloads, Git checkouts and editors leave such files.
 */
public enum FileKind {
  LFS_POINTER("a Git LFS pointer, not the file itself; git lfs pull gets that"),
  HTML("an HTML page, as a failed download leaves it"),
  XML("an XML document, as a failed download leaves it"),
  GZIP("compressed with gzip; unpack it"),
  ZIP("a zip archive; unpack it"),
  WAV("a WAV file; a text file is expected"),
  FLAC("a FLAC file; a text file is expected"),
  OGG("an Ogg file; a text file is expected"),
  MP3("an MP3 file; a text file is expected"),
  BINARY("a binary file; a text file is expected"),
  UTF_16("UTF-16, not UTF-8; iconv -f UTF-16 -t UTF-8 converts it");

  /** The number of bytes at the beginning of a file that are examined. */
  public static final int HEAD = 512;

  private static final Map<String, FileKind> AUDIO =
      Map.of("RIFF", WAV, "RF64", WAV, "BW64", WAV, "fLaC", FLAC, "OggS", OGG, "ID3", MP3);
  private static final byte[] GZIP_MAGIC = {0x1F, (byte) 0x8B, 8};
  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
  private static final int FEWEST_UTF_16_BYTES = 4;

  private final String words;

  FileKind(String words) {
    this.words = words;
  }

  /**
   * Recognises a file that is not UTF-8 text.
   *
   * @param file the content of the file, or its beginning
   * @return the actual kind; empty if the file may be UTF-8 text
   */
  public static Optional<FileKind> insteadOfText(byte[] file) {
    if (isUtf16(file)) {
      return Optional.of(UTF_16);
    }
    return insteadOfData(file).or(() -> hasZero(file) ? binary(file) : Optional.empty());
  }

  /**
   * Classifies a file that contains a zero byte. The zero byte rules out text, such as a path that
   * begins with "ID3".
   */
  private static Optional<FileKind> binary(byte[] file) {
    for (Map.Entry<String, FileKind> magic : AUDIO.entrySet()) {
      if (beginsWith(file, magic.getKey().getBytes(StandardCharsets.ISO_8859_1))) {
        return Optional.of(magic.getValue());
      }
    }
    return isUtf8(file) ? Optional.empty() : Optional.of(BINARY);
  }

  private static boolean hasZero(byte[] file) {
    for (byte value : file) {
      if (value == 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether the beginning of a file is UTF-8. The last character may be incomplete. */
  private static boolean isUtf8(byte[] head) {
    return !StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(head), CharBuffer.allocate(head.length), false)
        .isError();
  }

  /**
   * Recognises a file that is not of a binary format.
   *
   * @param file the content of the file, or its beginning
   * @return the actual kind; empty if the file may be binary data
   */
  public static Optional<FileKind> insteadOfData(byte[] file) {
    if (beginsWith(file, GZIP_MAGIC)) {
      return Optional.of(GZIP);
    }
    if (beginsWith(file, ZIP_MAGIC)) {
      return Optional.of(ZIP);
    }
    String text =
        new String(file, 0, Math.min(file.length, HEAD), StandardCharsets.ISO_8859_1)
            .replaceFirst("^\u00EF\u00BB\u00BF", "")
            .stripLeading()
            .toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs.github.com/")) {
      return Optional.of(LFS_POINTER);
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return Optional.of(HTML);
    }
    return text.startsWith("<?xml") ? Optional.of(XML) : Optional.empty();
  }

  /**
   * A file is UTF-16 if it begins with a byte order mark, or if every other byte is zero, as for
   * Latin letters.
   */
  private static boolean isUtf16(byte[] file) {
    if (file.length >= 2 && (file[0] & 0xFF) + (file[1] & 0xFF) == 0xFF + 0xFE) {
      return Math.min(file[0] & 0xFF, file[1] & 0xFF) == 0xFE;
    }
    if (file.length < FEWEST_UTF_16_BYTES) {
      return false;
    }
    return (file[0] == 0 && file[1] != 0 && file[2] == 0 && file[3] != 0)
        || (file[0] != 0 && file[1] == 0 && file[2] != 0 && file[3] == 0);
  }

  private static boolean beginsWith(byte[] file, byte[] magic) {
    return file.length >= magic.length
        && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
  }

  /** Returns the kind and the remedy, phrased to follow "it is". */
  @Override
  public String toString() {
    return words;
  }
}
