package deepspeech.speech.audio.codec;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a service and its codec process say to each other over the process's standard input and
 * output.
 *
 * <p>The process begins with {@link #HELLO} and a byte: {@link #READY}, or {@link #UNUSABLE} and
 * why. The service then sends a stream: {@link #OPEN}, the codec's name (UTF), channels and sample
 * rate (int), the most samples (long), the length of the header (int) and the header; then batches
 * of packets: {@link #PACKETS}, their number (int), their lengths (int), their bytes; then {@link
 * #END}. Each batch and the end are answered by chunks of samples, each its number (int) and that
 * many floats in the machine's byte order, and then by {@link #DONE}. {@link #BROKEN} and why, or
 * {@link #TOO_LONG}, in place of a chunk or of the {@code DONE} ends the stream: nothing more of it
 * is sent. So neither side ever holds more than a batch and a chunk, and neither waits for the
 * other with both pipes full. Integers are big-endian.
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

  /** Of a chunk; a pipe's usual capacity. */
  static final int MOST_SAMPLES = 1 << 14;

  /** Vorbis headers hold code books and perhaps a picture. */
  static final int MOST_HEADER_BYTES = 1 << 24;

  /** Far above what any of the codecs makes. */
  static final int MOST_PACKET_BYTES = 1 << 20;

  /** A batch is full at either of the two; its last packet may go beyond the bytes. */
  static final int BATCH_PACKETS = 1 << 12;

  static final int BATCH_BYTES = 1 << 18;

  private static final int MOST_TEXT = 1_000;

  private CodecProtocol() {}

  static void writeText(DataOutputStream out, String text) throws IOException {
    out.writeUTF(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT));
  }

  /** One line of printable characters. */
  static String readText(DataInputStream in) throws IOException {
    String text = in.readUTF();
    return printable(text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT));
  }

  /** The text as one line. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  /** A number that the other side has sent. */
  static int bounded(int number, int from, int to) throws IOException {
    if (number < from || number > to) {
      throw new IOException("%d was sent where %d to %d is allowed".formatted(number, from, to));
    }
    return number;
  }
}
