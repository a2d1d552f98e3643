package deepspeech.speech.manifest;

import deepspeech.speech.WrongFileException;
import deepspeech.speech.common.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the lines of a file in order, as bytes. A line ends with LF or CR LF. A byte order mark
 * before the first line and the line terminators are not content. Memory is bounded to one line and
 * a buffer.
 */
public final class LineReader {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final InputStream file;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private boolean isBegun;
  private byte[] line = new byte[1 << 10];
  private int length;
  private boolean tooLong;

  /**
   * Reads lines from a stream.
   *
   * @param longest the number of bytes of a line that are kept
   */
  public LineReader(InputStream file, int longest) {
    this.file = file;
    this.longest = longest;
  }

  /**
   * Advances to the next line.
   *
   * @return false at the end of the file
   * @throws WrongFileException at the first line, if the file is clearly not UTF-8 text
   */
  public boolean next() throws IOException {
    length = 0;
    tooLong = false;
    if (at == end && !fill()) {
      return false;
    }
    while (true) {
      int stop = at;
      while (stop < end && buffer[stop] != '\n') {
        stop++;
      }
      append(at, stop);
      if (stop < end) {
        at = stop + 1;
        break;
      }
      if (!fill()) {
        break;
      }
    }
    if (length > 0 && !tooLong && line[length - 1] == '\r') {
      length--;
    }
    return true;
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, file.readNBytes(buffer, 0, buffer.length));
    if (!isBegun) {
      Optional<FileKind> kind =
          FileKind.insteadOfText(Arrays.copyOf(buffer, Math.min(end, FileKind.HEAD)));
      if (kind.isPresent()) {
        throw new WrongFileException("it is " + kind.get());
      }
    }
    int mark = BYTE_ORDER_MARK.length;
    if (!isBegun && end >= mark && Arrays.equals(buffer, 0, mark, BYTE_ORDER_MARK, 0, mark)) {
      at = mark;
    }
    isBegun = true;
    return at < end;
  }

  private void append(int from, int to) {
    int count = Math.min(to - from, longest - length);
    tooLong |= count < to - from;
    if (length + count > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, length + count));
    }
    System.arraycopy(buffer, from, line, length, count);
    length += count;
  }

  /** The text of the current line; empty if it is not UTF-8. */
  public Optional<String> text() {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(line, 0, length))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Counts the lines of a file and reads it to its end. */
  public static long count(InputStream file) throws IOException {
    LineReader lines = new LineReader(file, 0);
    long count = 0;
    while (lines.next()) {
      count++;
    }
    return count;
  }

  /** Whether the current line has more bytes than are kept. */
  public boolean isTooLong() {
    return tooLong;
  }
}
