package deepspeech.speech.audio.codec;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The protocol between a service and its codec process, over the standard input and output of the
 * process.
 *
 * <p>The process begins with {@link #HELLO} and a byte: {@link #READY}, or {@link #UNUSABLE} and
 * the reason. The service then sends a stream: {@link #OPEN}, the name of the codec (UTF), the
 * number of channels and the sample rate (int), the largest number of samples (long), the length of
 * the header (int) and the header. Batches of packets follow: {@link #PACKETS}, their number (int),
 * their lengths (int), their bytes. {@link #END} ends the stream. The process answers each batch
 * and the end with chunks of samples and then {@link #DONE}. A chunk is its number of samples (int)
 * and that many floats in the byte order of the machine. {@link #BROKEN} and the reason, or {@link
 * #TOO_LONG}, in place of a chunk or of {@code DONE} terminates the stream; neither side sends
 * anything more of it. Therefore neither side buffers more than a batch and a chunk, and the two
 * sides cannot block each other with both pipes full. Integers are big-endian.
 */
final class CodecProtocol {
  static final int HELLO = 0x44534331;
  static final int READY = 0;
  static final int UNUSABLE = 1;

  static final int OPEN = 'O';
  static final int PACKETS = 'P';
  static final int END = 'E';

  static final int DONE = 0;
  static final int BROKEN = -1;
  static final int TOO_LONG = -2;

  /** The largest number of samples in a chunk, chosen to match the usual capacity of a pipe. */
  static final int MOST_SAMPLES = 1 << 14;

  /** The largest size of a header. Vorbis headers contain code books and sometimes a picture. */
  static final int MOST_HEADER_BYTES = 1 << 24;

  /** The largest size of a packet, far above the packets that any of the codecs makes. */
  static final int MOST_PACKET_BYTES = 1 << 20;

  /**
   * A batch is full when it reaches either of the two limits. Its last packet may exceed the limit
   * in bytes.
   */
  static final int BATCH_PACKETS = 1 << 12;

  static final int BATCH_BYTES = 1 << 18;

  private static final int MOST_TEXT = 1_000;

  private CodecProtocol() {}

  static void writeText(DataOutputStream out, String text) throws IOException {
    out.writeUTF(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT));
  }

  /** Reads a text and converts it to one printable line. */
  static String readText(DataInputStream in) throws IOException {
    String text = in.readUTF();
    return printable(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT));
  }

  /** Converts a text to one line without control characters. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  /** Checks that a number from the other side is in range. */
  static int bounded(int number, int from, int to) throws IOException {
    if (number < from || number > to) {
      throw new IOException("%d was sent where %d to %d is allowed".formatted(number, from, to));
    }
    return number;
  }
}
