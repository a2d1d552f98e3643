package deepspeech.dataprep.manifest;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a UTF-8 file. A line ends with LF or CR LF; a byte order mark before the first line
 * and the end of the last line are not content.
 */
public final class TextLines {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private TextLines() {}

  /** The lines; empty instead of a line that is not UTF-8. */
  public static List<Optional<String>> of(byte[] content) {
    List<Optional<String>> lines = new ArrayList<>();
    int start = startsWithMark(content) ? BYTE_ORDER_MARK.length : 0;
    for (int at = start; at <= content.length; at++) {
      if (at == content.length ? start < at : content[at] == '\n') {
        int end = at > start && content[at - 1] == '\r' ? at - 1 : at;
        lines.add(decode(ByteBuffer.wrap(content, start, end - start)));
        start = at + 1;
      }
    }
    return lines;
  }

  private static boolean startsWithMark(byte[] content) {
    return content.length >= BYTE_ORDER_MARK.length
        && content[0] == BYTE_ORDER_MARK[0]
        && content[1] == BYTE_ORDER_MARK[1]
        && content[2] == BYTE_ORDER_MARK[2];
  }

  static Optional<String> decode(ByteBuffer line) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(line)
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
