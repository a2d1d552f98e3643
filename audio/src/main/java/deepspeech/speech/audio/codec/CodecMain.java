package deepspeech.speech.audio.codec;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;

/**
 * The main class of a codec process. It decodes audio outside the service, because a damaged or
 * malicious file may crash native code and the service must survive that. The process speaks {@link
 * CodecProtocol} and exits when its service exits.
 */
public final class CodecMain {
  /**
   * How often the process checks whether the service is still alive. It checks from a separate
   * thread because a call of native code may not return.
   */
  private static final Duration WATCH = Duration.ofSeconds(2);

  private static final int BUFFER = 1 << 16;

  private final DataInputStream in;
  private final FileChannel pipe;
  private final DataOutputStream out;
  private final AvcodecStream.PacketBuffer packetBuffer = new AvcodecStream.PacketBuffer();
  private final ByteBuffer chunk =
      ByteBuffer.allocateDirect(Integer.BYTES + Float.BYTES * CodecProtocol.MOST_SAMPLES);
  private final FloatBuffer samples =
      chunk
          .slice(Integer.BYTES, Float.BYTES * CodecProtocol.MOST_SAMPLES)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
  private int[] lengths = new int[0];
  private int packets;
  private byte[] content = new byte[CodecProtocol.BATCH_BYTES];
  private long samplesLeft;

  private CodecMain(FileOutputStream pipe) {
    this.in =
        new DataInputStream(
            new BufferedInputStream(new FileInputStream(FileDescriptor.in), BUFFER));
    this.pipe = pipe.getChannel();
    this.out = new DataOutputStream(pipe);
  }

  /**
   * Decodes streams until the end of the input.
   *
   * @param arguments the process id of the service
   */
  public static void main(String... arguments) throws IOException {
    FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
    // The output of a library must not get into the protocol.
    System.setOut(System.err);
    endWith(Long.parseLong(arguments[0]));
    DataOutputStream out = new DataOutputStream(pipe);
    out.writeInt(CodecProtocol.HELLO);
    try {
      AvcodecStream.load();
    } catch (LinkageError e) {
      out.writeByte(CodecProtocol.UNUSABLE);
      CodecProtocol.writeText(out, String.valueOf(cause(e).getMessage()));
      return;
    }
    out.writeByte(CodecProtocol.READY);
    new CodecMain(pipe).serve();
  }

  private static Throwable cause(Throwable e) {
    return e.getCause() == null ? e : cause(e.getCause());
  }

  /** Exits this process soon after the service is no longer its parent. */
  static void endWith(long service) {
    Thread watch =
        new Thread(
            () -> {
              while (isChildOf(service)) {
                try {
                  Thread.sleep(WATCH.toMillis());
                } catch (InterruptedException e) {
                  return;
                }
              }
              Runtime.getRuntime().halt(0);
            },
            "service-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static boolean isChildOf(long service) {
    Optional<ProcessHandle> parent = ProcessHandle.current().parent();
    return parent.isPresent() && parent.get().pid() == service;
  }

  private void serve() throws IOException {
    for (int message = in.read(); message >= 0; message = in.read()) {
      CodecProtocol.bounded(message, CodecProtocol.OPEN, CodecProtocol.OPEN);
      stream();
    }
  }

  private void stream() throws IOException {
    Codec codec = Codec.valueOf(in.readUTF());
    int channels = in.readInt();
    int sampleRate = in.readInt();
    samplesLeft = in.readLong();
    byte[] header =
        new byte[CodecProtocol.bounded(in.readInt(), 0, CodecProtocol.MOST_HEADER_BYTES)];
    in.readFully(header);
    samples.clear();
    boolean more = hasBatch();
    try (AvcodecStream stream =
        new AvcodecStream(codec, header, channels, sampleRate, packetBuffer, this::append)) {
      while (more) {
        decodeBatch(stream);
        done();
        more = hasBatch();
      }
      stream.end();
      done();
    } catch (RefusedStreamException e) {
      out.writeInt(e.answer());
      if (e.answer() == CodecProtocol.BROKEN) {
        CodecProtocol.writeText(out, e.getMessage());
      }
    }
  }

  /**
   * Reads a whole batch before it is decoded, so that the service is never blocked while it sends.
   * Returns false at the end of the stream.
   */
  private boolean hasBatch() throws IOException {
    int message = in.read();
    if (message != CodecProtocol.PACKETS) {
      CodecProtocol.bounded(message, CodecProtocol.END, CodecProtocol.END);
      return false;
    }
    packets = CodecProtocol.bounded(in.readInt(), 1, CodecProtocol.BATCH_PACKETS);
    if (lengths.length < packets) {
      lengths = new int[packets];
    }
    int bytes = 0;
    for (int i = 0; i < packets; i++) {
      CodecProtocol.bounded(bytes, 0, CodecProtocol.BATCH_BYTES);
      lengths[i] = CodecProtocol.bounded(in.readInt(), 1, CodecProtocol.MOST_PACKET_BYTES);
      bytes += lengths[i];
    }
    if (content.length < bytes) {
      content = new byte[bytes];
    }
    in.readFully(content, 0, bytes);
    return true;
  }

  private void decodeBatch(AvcodecStream stream) throws IOException, RefusedStreamException {
    int at = 0;
    for (int i = 0; i < packets; i++) {
      stream.decode(content, at, lengths[i]);
      at += lengths[i];
    }
  }

  private void append(float[] decoded, int count) throws IOException, RefusedStreamException {
    samplesLeft -= count;
    if (samplesLeft < 0) {
      throw RefusedStreamException.tooLong();
    }
    int copied = 0;
    while (copied < count) {
      int some = Math.min(samples.remaining(), count - copied);
      samples.put(decoded, copied, some);
      copied += some;
      if (!samples.hasRemaining()) {
        send();
      }
    }
  }

  private void done() throws IOException {
    if (samples.position() > 0) {
      send();
    }
    out.writeInt(CodecProtocol.DONE);
  }

  private void send() throws IOException {
    chunk.putInt(0, samples.position());
    chunk.limit(Integer.BYTES + Float.BYTES * samples.position()).position(0);
    while (chunk.hasRemaining()) {
      var unused = pipe.write(chunk);
    }
    samples.clear();
  }
}
