package deepspeech.dataprep.service;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads on which every task fails the same way. */
final class FailingDecoders extends AbstractExecutorService {
  private final RuntimeException failure;

  FailingDecoders(RuntimeException failure) {
    this.failure = failure;
  }

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) {
    return tasks.stream().<Future<T>>map(task -> CompletableFuture.failedFuture(failure)).toList();
  }

  @Override
  public void execute(Runnable task) {
    throw failure;
  }

  @Override
  public void shutdown() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
