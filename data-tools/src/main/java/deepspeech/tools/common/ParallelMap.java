package deepspeech.tools.common;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Processes several elements concurrently, a bounded number ahead, and passes on the results in the
 * order of the elements.
 */
public final class ParallelMap {
  private static final int AHEAD = 4;

  private final int threads;

  /**
   * Creates a map with a number of threads.
   *
   * @param threads from 1
   */
  public ParallelMap(int threads) {
    this.threads = threads;
  }

  /**
   * Processes all elements.
   *
   * @param work called on the worker threads
   * @param consumer called on the caller's thread, in order
   */
  public <T, R> void forEach(Iterator<T> elements, Function<T, R> work, Consumer<R> consumer)
      throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      Queue<Future<R>> ahead = new ArrayDeque<>();
      while (elements.hasNext() || !ahead.isEmpty()) {
        while (elements.hasNext() && ahead.size() < AHEAD * threads) {
          T element = elements.next();
          ahead.add(workers.submit(() -> work.apply(element)));
        }
        consumer.accept(ahead.remove().get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }
}
