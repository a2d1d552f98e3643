package deepspeech.speech.audio.codec;

import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of child processes that decode packets with ffmpeg's avcodec. There are as many processes
 * as threads that decode at the same time. A process is started on demand and stopped when it is
 * idle for a while.
 *
 * <p>If a process crashes or hangs during decoding, the audio is retried once in a new process. If
 * that process fails too, the audio is broken. If a process cannot be started, this says nothing
 * about the audio. The call fails with a {@link CodecException}, and no further start is tried
 * during a back-off of some seconds. Thread-safe.
 */
public final class CodecProcesses implements PacketDecoder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CodecProcesses.class);
  private static final int ATTEMPTS = 2;
  private static final Duration WATCH = Duration.ofMillis(500);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_CHANNELS = 255;

  private final Supplier<CodecCommand> platformCommand;
  private final DecodingLimits limits;
  private final LongSupplier nanoTime;
  private final AtomicLong restarts = new AtomicLong();

  /** Guards all of the following fields. */
  private final Object lock = new Object();

  private final Deque<Idle> idle = new ArrayDeque<>();
  private final Set<CodecProcess> all = new HashSet<>();
  private CodecCommand command;
  private Thread watch;
  private CodecException failure;
  private Duration pause = FIRST_PAUSE;
  private long noStartBefore;
  private boolean isClosed;

  /** An idle process and the time since which it is idle. */
  private record Idle(CodecProcess process, long since) {}

  /** Creates a pool without starting a process. */
  public CodecProcesses(CodecConfiguration configuration) {
    this(() -> CodecCommand.of(configuration), DecodingLimits.USUAL, System::nanoTime);
  }

  /** Creates a pool with another command, other limits and another clock, for tests. */
  CodecProcesses(
      Supplier<CodecCommand> platformCommand, DecodingLimits limits, LongSupplier nanoTime) {
    this.platformCommand = platformCommand;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the pool that all code in this process shares, so that the number of child processes is
   * the number of threads that decode. The child processes exit with this process.
   */
  public static CodecProcesses shared() {
    return Shared.POOL;
  }

  private static final class Shared {
    private static final CodecProcesses POOL =
        new CodecProcesses(CodecConfiguration.of(EnvironmentVariables.ofProcess()));
  }

  @Override
  public float[] decode(EncodedAudio audio, long mostSamples) throws UnusableAudioException {
    check(audio, mostSamples);
    String end = "";
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      CodecProcess process = attempt == 0 ? idleOrFresh() : fresh();
      boolean isOfUse = false;
      try {
        float[] samples = process.decode(audio, mostSamples);
        isOfUse = true;
        return samples;
      } catch (UnusableAudioException e) {
        isOfUse = true;
        throw e;
      } catch (IOException e) {
        end = process.end(e);
        restarts.incrementAndGet();
        requireOpen();
        LOG.warn("the process that decodes {} was lost: {}", audio.codec(), end);
      } finally {
        if (isOfUse) {
          giveBack(process);
        } else {
          remove(process);
        }
      }
    }
    throw UnusableAudioException.broken(
        "the %s audio ends the process that decodes it, also when it is retried in a new process: %s"
            .formatted(audio.codec().displayName(), end));
  }

  private static void check(EncodedAudio audio, long mostSamples) throws UnusableAudioException {
    if (mostSamples < 1) {
      throw new IllegalArgumentException("mostSamples is " + mostSamples + "; it must be positive");
    }
    if (audio.channels() < 1 || audio.channels() > MOST_CHANNELS || audio.sampleRate() < 1) {
      throw UnusableAudioException.broken(
          "the %s audio has %d channels at %d Hz"
              .formatted(audio.codec().displayName(), audio.channels(), audio.sampleRate()));
    }
    if (audio.header().length > CodecProtocol.MOST_HEADER_BYTES) {
      throw UnusableAudioException.broken(
          "the header of the %s audio has %d bytes; at most %d are allowed"
              .formatted(
                  audio.codec().displayName(),
                  audio.header().length,
                  CodecProtocol.MOST_HEADER_BYTES));
    }
    for (byte[] packet : audio.packets()) {
      if (packet.length < 1 || packet.length > CodecProtocol.MOST_PACKET_BYTES) {
        throw UnusableAudioException.broken(
            "a packet of the %s audio has %d bytes; allowed are 1 to %d"
                .formatted(
                    audio.codec().displayName(), packet.length, CodecProtocol.MOST_PACKET_BYTES));
      }
    }
  }

  private CodecProcess idleOrFresh() {
    synchronized (lock) {
      while (!idle.isEmpty()) {
        CodecProcess process = idle.pop().process;
        if (process.isAlive()) {
          return process;
        }
        all.remove(process);
        restarts.incrementAndGet();
      }
    }
    return fresh();
  }

  private CodecProcess fresh() {
    CodecProcess process = null;
    boolean isStart = false;
    try {
      synchronized (lock) {
        requireOpen();
        if (failure != null && nanoTime.getAsLong() - noStartBefore < 0) {
          throw new CodecException(failure.getMessage(), failure.isPassing());
        }
        isStart = true;
        if (command == null) {
          command = platformCommand.get();
        }
        process = new CodecProcess(command, limits);
        all.add(process);
        watch();
      }
      process.awaitReady();
      synchronized (lock) {
        failure = null;
        pause = FIRST_PAUSE;
      }
      return process;
    } catch (CodecException e) {
      failed(process, isStart, e);
      requireOpen();
      throw e;
    }
  }

  /**
   * Records a failed start and extends the back-off.
   *
   * @param process the process; null if it was not created
   * @param isStart whether a start was tried; it is not tried during the back-off after a failure
   */
  private void failed(CodecProcess process, boolean isStart, CodecException e) {
    synchronized (lock) {
      if (process != null) {
        all.remove(process);
      }
      if (isStart) {
        restarts.incrementAndGet();
      }
      if (failure == null || nanoTime.getAsLong() - noStartBefore >= 0) {
        failure = e;
        noStartBefore = nanoTime.getAsLong() + pause.toNanos();
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
      }
    }
  }

  private void giveBack(CodecProcess process) {
    synchronized (lock) {
      if (isClosed) {
        process.kill("is not needed any more");
      } else {
        // The process used last is reused first, so that surplus processes become idle long enough
        // to be stopped.
        idle.push(new Idle(process, nanoTime.getAsLong()));
      }
    }
  }

  private void remove(CodecProcess process) {
    process.kill("cannot be used any more");
    synchronized (lock) {
      all.remove(process);
    }
  }

  private void requireOpen() {
    synchronized (lock) {
      if (isClosed) {
        throw new CodecException("the service is ending; no audio is decoded any more", true);
      }
    }
  }

  /**
   * Starts the watch thread, which stops processes that hang or are idle for too long. The thread
   * ends when there is no process left.
   */
  private void watch() {
    if (watch != null) {
      return;
    }
    watch = new Thread(this::watchAll, "codec-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private void watchAll() {
    try {
      while (true) {
        Thread.sleep(WATCH.toMillis());
        List<CodecProcess> watched;
        synchronized (lock) {
          endUnused();
          if (all.isEmpty()) {
            watch = null;
            return;
          }
          watched = new ArrayList<>(all);
        }
        watched.forEach(CodecProcess::killIfHanging);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endUnused() {
    while (!idle.isEmpty()
        && nanoTime.getAsLong() - idle.peekLast().since > limits.idle().toNanos()) {
      CodecProcess unused = idle.removeLast().process;
      unused.kill("was not used");
      all.remove(unused);
    }
  }

  /** Returns how often a process crashed, hung or failed to start since this pool was created. */
  public long restarts() {
    return restarts.get();
  }

  /** Kills all processes. Decoding in progress fails with a {@link CodecException}. */
  @Override
  public void close() {
    synchronized (lock) {
      isClosed = true;
      idle.clear();
      all.forEach(process -> process.kill("is not needed any more"));
      all.clear();
    }
  }
}
