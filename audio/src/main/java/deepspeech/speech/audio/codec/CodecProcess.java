package deepspeech.speech.audio.codec;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A child process that decodes one stream at a time, see {@link CodecProtocol}. Only one thread may
 * use it at a time, but {@link #kill} and {@link #killIfHanging} are safe to call from any thread.
 */
final class CodecProcess {
  private static final int OUTPUT_BUFFER = 1 << 16;
  private static final int MOST_ERROR_BYTES = 4096;
  private static final int FIRST_SAMPLES = 1 << 14;
  private static final long EXIT_SECONDS = 5;

  private final DecodingLimits limits;
  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final byte[] chunk = new byte[Float.BYTES * CodecProtocol.MOST_SAMPLES];
  private final Object deadlineLock = new Object();
  private Deadline deadline;
  private volatile String killedBecause;

  /** The deadline of the current operation. */
  private static final class Deadline {
    private final Duration clock;
    private final Duration processor;
    private final long begin = System.nanoTime();

    /**
     * Processor time at the first check of the deadline. Reading it at the beginning of each
     * operation takes too long.
     */
    private Duration usedBefore;

    Deadline(Duration clock, Duration processor) {
      this.clock = clock;
      this.processor = processor;
    }

    /** Returns why the process counts as hanging; null if it does not. */
    String exceeded(Duration used) {
      if (usedBefore == null) {
        usedBefore = used;
      }
      if (used.minus(usedBefore).compareTo(processor) > 0) {
        return "took more than %d s of processor time".formatted(processor.toSeconds());
      }
      return System.nanoTime() - begin > clock.toNanos()
          ? "took more than %d s".formatted(clock.toSeconds())
          : null;
    }
  }

  /**
   * Starts a process; {@link #awaitReady} waits until it is ready.
   *
   * @throws CodecException if the process cannot be started
   */
  CodecProcess(CodecCommand command, DecodingLimits limits) {
    this.limits = limits;
    try {
      process = command.processBuilder().start();
    } catch (IOException e) {
      throw new CodecException("cannot start a process to decode audio: " + e.getMessage(), true);
    }
    in = new DataInputStream(process.getInputStream());
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), OUTPUT_BUFFER));
    setDeadline(limits.start(), limits.start());
  }

  /**
   * Waits until the process can decode.
   *
   * @throws CodecException if the process cannot decode
   */
  void awaitReady() {
    try {
      CodecProtocol.bounded(in.readInt(), CodecProtocol.HELLO, CodecProtocol.HELLO);
      if (in.readByte() != CodecProtocol.READY) {
        String why = CodecProtocol.readText(in);
        kill("");
        throw new CodecException(
            "MP3, Vorbis and Opus cannot be decoded: ffmpeg's libraries cannot be loaded: %s; they need Linux with glibc 2.35 or later, and a folder (DEEPSPEECH_CODEC_DIR) that programs may be run from"
                .formatted(why),
            false);
      }
      endDeadline();
    } catch (IOException e) {
      throw new CodecException("a process to decode audio did not start: " + end(e), true);
    }
  }

  /**
   * Decodes a stream.
   *
   * @param audio audio within the limits of the protocol
   * @param mostSamples largest allowed number of samples
   * @throws UnusableAudioException if the codec reports an error, or if the audio has more samples
   *     than allowed
   * @throws IOException if the process exited or violates the protocol; the process cannot be used
   *     again
   */
  float[] decode(EncodedAudio audio, long mostSamples) throws UnusableAudioException, IOException {
    Duration longest = longest(audio, mostSamples);
    setDeadline(limits.clock(longest), limits.processor(longest));
    out.writeByte(CodecProtocol.OPEN);
    out.writeUTF(audio.codec().name());
    out.writeInt(audio.channels());
    out.writeInt(audio.sampleRate());
    out.writeLong(mostSamples);
    out.writeInt(audio.header().length);
    out.write(audio.header());
    SampleArray samples = new SampleArray(mostSamples);
    List<byte[]> packets = audio.packets();
    int sent = 0;
    while (sent < packets.size()) {
      sent = sendBatch(packets, sent);
      receive(audio, samples);
    }
    out.writeByte(CodecProtocol.END);
    out.flush();
    receive(audio, samples);
    endDeadline();
    return samples.toArray();
  }

  /**
   * Returns an upper bound of the duration: that of {@code mostSamples} samples, or less if the
   * packets cannot hold as many.
   */
  private static Duration longest(EncodedAudio audio, long mostSamples) {
    long samples =
        Math.min(mostSamples, (long) audio.packets().size() * audio.codec().mostPacketSamples());
    return Duration.ofMillis(1000 * samples / audio.sampleRate());
  }

  /** Sends one batch of packets and returns the index of the next packet. */
  private int sendBatch(List<byte[]> packets, int from) throws IOException {
    int to = from;
    int bytes = 0;
    while (to < packets.size()
        && to - from < CodecProtocol.BATCH_PACKETS
        && bytes < CodecProtocol.BATCH_BYTES) {
      bytes += packets.get(to).length;
      to++;
    }
    out.writeByte(CodecProtocol.PACKETS);
    out.writeInt(to - from);
    for (byte[] packet : packets.subList(from, to)) {
      out.writeInt(packet.length);
    }
    for (byte[] packet : packets.subList(from, to)) {
      out.write(packet);
    }
    out.flush();
    return to;
  }

  private void receive(EncodedAudio audio, SampleArray samples)
      throws IOException, UnusableAudioException {
    int count = in.readInt();
    while (count > 0) {
      CodecProtocol.bounded(count, 1, CodecProtocol.MOST_SAMPLES);
      in.readFully(chunk, 0, Float.BYTES * count);
      samples.add(chunk, count);
      count = in.readInt();
    }
    CodecProtocol.bounded(count, CodecProtocol.TOO_LONG, CodecProtocol.DONE);
    if (count == CodecProtocol.BROKEN) {
      String why = CodecProtocol.readText(in);
      endDeadline();
      throw UnusableAudioException.broken(
          "the %s audio is broken: %s".formatted(audio.codec().displayName(), why));
    }
    if (count == CodecProtocol.TOO_LONG) {
      endDeadline();
      throw new UnusableAudioException(
          SkipReason.TOO_LONG,
          String.format(
              Locale.ROOT,
              "the audio lasts longer than the %.2f s that can be used",
              (double) samples.most / audio.sampleRate()));
    }
  }

  private void setDeadline(Duration clock, Duration processor) {
    synchronized (deadlineLock) {
      deadline = new Deadline(clock, processor);
    }
  }

  private void endDeadline() {
    synchronized (deadlineLock) {
      deadline = null;
    }
  }

  /** Kills the process if it has exceeded the deadline of its current operation. */
  void killIfHanging() {
    synchronized (deadlineLock) {
      if (deadline == null) {
        return;
      }
      String exceeded =
          deadline.exceeded(process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO));
      if (exceeded != null) {
        kill(exceeded);
      }
    }
  }

  /**
   * Kills the process.
   *
   * @param why what the process did, for messages
   */
  void kill(String why) {
    killedBecause = why;
    process.destroyForcibly();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Ends the process after a failure, in any state.
   *
   * @return a description of why the process is lost
   */
  String end(IOException failure) {
    // The end of its output can arrive before the exit code is available.
    boolean hasExited =
        exits(Duration.ofSeconds(failure instanceof EOFException ? EXIT_SECONDS : 1));
    String errors = errors();
    String because = killedBecause;
    process.destroyForcibly();
    String what;
    if (because != null) {
      what = "it " + because;
    } else if (hasExited) {
      what = "it ended with exit code " + exitCode(process.exitValue());
    } else {
      what = "it does not keep to the protocol: " + failure.getMessage();
    }
    return errors.isEmpty() ? what : what + ": " + errors;
  }

  private static String exitCode(int code) {
    return code > 128 ? "%d (signal %d)".formatted(code, code - 128) : String.valueOf(code);
  }

  private boolean exits(Duration wait) {
    try {
      return process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns the available error output of the process, without waiting for more. */
  private String errors() {
    try {
      InputStream errors = process.getErrorStream();
      byte[] text = errors.readNBytes(Math.min(MOST_ERROR_BYTES, errors.available()));
      return CodecProtocol.printable(new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * A growing array of samples. The number of samples is not known in advance, and an announced
   * number is not trusted.
   */
  private static final class SampleArray {
    private final long most;
    private float[] samples;
    private int count;

    SampleArray(long most) {
      this.most = most;
      this.samples = new float[(int) Math.min(most, FIRST_SAMPLES)];
    }

    /** Appends floats in the byte order of the machine. */
    void add(byte[] bytes, int more) throws IOException {
      if (more > most - count) {
        throw new IOException("more than %d samples were sent".formatted(most));
      }
      if (more > samples.length - count) {
        int doubled = (int) Math.min(most, 2L * samples.length);
        samples = Arrays.copyOf(samples, Math.max(doubled, count + more));
      }
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer()
          .get(samples, count, more);
      count += more;
    }

    float[] toArray() {
      return count == samples.length ? samples : Arrays.copyOf(samples, count);
    }
  }
}
