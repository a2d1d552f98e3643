package deepspeech.runtime.schedule;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that a daemon thread of its own repeats. A failure is logged, and the task is repeated all
 * the same. Thread-safe.
 */
public final class RepeatedTask implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedTask.class);

  private final String name;
  private final Runnable task;
  private final ScheduledThreadPoolExecutor thread;

  /**
   * Creates a task that is not started.
   *
   * @param name of the thread
   */
  public RepeatedTask(String name, Runnable task) {
    this.name = name;
    this.task = task;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread daemon = new Thread(work, name);
              daemon.setDaemon(true);
              return daemon;
            },
            // After the end there is nothing to do any more.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /**
   * Starts the repetition.
   *
   * @param delay before the first time
   * @param pause after each time
   */
  public void start(Duration delay, Duration pause) {
    var unused =
        thread.scheduleWithFixedDelay(
            this::run, delay.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Runs the task once more as soon as its thread is free. Does nothing after the end. */
  public void soon() {
    thread.execute(this::run);
  }

  /** An exception would end the repetition. */
  private void run() {
    try {
      task.run();
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{} failed and is tried again", name, e);
    }
  }

  /** Ends the repetition, and interrupts the task. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
