package deepspeech.broker.feed;

import deepspeech.messages.identity.RunId;
import deepspeech.runtime.logging.LogContext;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;

/** The thread of a feed. It runs one task after the other, each with the run in its log context. */
final class FeedThread {
  private final ExecutorService executor;

  FeedThread(String name, RunId run) {
    this.executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread =
                  new Thread(
                      () -> {
                        LogContext context = LogContext.of(run);
                        task.run();
                        context.close();
                      },
                      name);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a task after the earlier ones.
   *
   * @throws FeedClosedException if the thread is stopped
   */
  Future<?> start(Runnable task) {
    return submit(Executors.callable(task));
  }

  /**
   * Runs a task after the earlier ones and waits for its result.
   *
   * @throws FeedClosedException if the thread is stopped, also while the task runs
   */
  <V> V call(Callable<V> task) throws InterruptedException {
    Future<V> result = submit(task);
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      throw e;
    } catch (CancellationException e) {
      throw closedDuring(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof InterruptedException || cause instanceof InterruptException) {
        throw closedDuring(e);
      }
      throw cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
  }

  /** Interrupts the running task and cancels the waiting ones. */
  void stop() {
    for (Runnable neverRun : executor.shutdownNow()) {
      if (neverRun instanceof Future<?> waitedFor) {
        waitedFor.cancel(false);
      }
    }
  }

  /** Waits until no task runs. Returns false if one still runs after the limit. */
  boolean awaitIdle(Duration limit) throws InterruptedException {
    return executor.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private <V> Future<V> submit(Callable<V> task) {
    try {
      return executor.submit(task);
    } catch (RejectedExecutionException e) {
      throw closedDuring(e);
    }
  }

  private static FeedClosedException closedDuring(Exception e) {
    FeedClosedException closed = new FeedClosedException();
    closed.addSuppressed(e);
    return closed;
  }
}
