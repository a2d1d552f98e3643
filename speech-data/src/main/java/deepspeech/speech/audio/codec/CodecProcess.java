package deepspeech.speech.audio.codec;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.speech.audio.UnusableAudioException;
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
 * A child process that decodes one stream at a time, see {@link CodecProtocol}. Used by one thread
 * at a time; {@link #kill} and {@link #killIfHanging} by any.
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

  /** What it may take for what it does now. */
  private static final class Deadline {
    private final Duration clock;
    private final Duration processor;
    private final long begin = System.nanoTime();

    /**
     * Processor time when the deadline was first looked at; to ask at each begin takes too long.
     */
    private Duration usedBefore;

    Deadline(Duration clock, Duration processor) {
      this.clock = clock;
      this.processor = processor;
    }

    /** Why the process counts as hanging; null if it does not. */
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
   * Starts a process; {@link #awaitReady} waits for it.
   *
   * @throws CodecException if it cannot be started
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
   * Waits until it can decode.
   *
   * @throws CodecException if it cannot
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
   * @param audio within the bounds of the protocol
   * @throws UnusableAudioException if the codec reports an error, or more samples than allowed
   * @throws IOException if the process ended, or does not keep to the protocol; it is of no more
   *     use
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

  /** The longest audio that so many packets of so many samples can be. */
  private static Duration longest(EncodedAudio audio, long mostSamples) {
    long samples =
        Math.min(mostSamples, (long) audio.packets().size() * audio.codec().mostPacketSamples());
    return Duration.ofMillis(1000 * samples / audio.sampleRate());
  }

  /** Sends as many packets as a batch holds. */
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

  /** Kills it if it has taken too long for what it does. */
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
   * Ends it at once.
   *
   * @param why what it did
   */
  void kill(String why) {
    killedBecause = why;
    process.destroyForcibly();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Ends it after a failure, in whatever state it is.
   *
   * @return why it is of no more use, in words
   */
  String end(IOException failure) {
    // End of input comes before the exit code is there.
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

  /** The last of what it printed, without waiting for more. */
  private String errors() {
    try {
      InputStream errors = process.getErrorStream();
      byte[] text = errors.readNBytes(Math.min(MOST_ERROR_BYTES, errors.available()));
      return CodecProtocol.printable(new String(text, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "";
    }
  }

  /** Samples whose number nobody can be trusted to know. */
  private static final class SampleArray {
    private final long most;
    private float[] samples;
    private int count;

    SampleArray(long most) {
      this.most = most;
      this.samples = new float[(int) Math.min(most, FIRST_SAMPLES)];
    }

    /** Adds floats in the machine's byte order. */
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
