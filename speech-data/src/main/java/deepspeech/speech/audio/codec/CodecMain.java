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
 * Decodes audio in a process of its own, for a service that must survive what a damaged or hostile
 * file does to native code. It reads and writes {@link CodecProtocol} and ends with its service.
 */
public final class CodecMain {
  /** How often it is checked whether the service still lives; native code may not come back. */
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
   * Serves until the input ends.
   *
   * @param arguments the process id of the service
   */
  public static void main(String... arguments) throws IOException {
    FileOutputStream pipe = new FileOutputStream(FileDescriptor.out);
    // Whatever a library prints must not get into the protocol.
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

  /** Ends this process soon after its parent is not the service any more. */
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
        new AvcodecStream(codec, header, channels, sampleRate, packetBuffer, this::take)) {
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

  /** Reads a batch, whole, so that the service can always send it; or the end. */
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

  private void take(float[] decoded, int count) throws IOException, RefusedStreamException {
    samplesLeft -= count;
    if (samplesLeft < 0) {
      throw RefusedStreamException.tooLong();
    }
    int taken = 0;
    while (taken < count) {
      int some = Math.min(samples.remaining(), count - taken);
      samples.put(decoded, taken, some);
      taken += some;
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
