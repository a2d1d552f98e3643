package deepspeech.acoustic.device;

import ai.djl.Device;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Runs the work of several devices. GPUs work concurrently, each with a thread of its own. Replicas
 * on the CPU work one after another in the calling thread, because each uses all cores.
 */
public final class DeviceThreads implements AutoCloseable {
  private final Optional<ExecutorService> threads;

  /** Starts the threads, if there are several devices and all are GPUs. */
  public DeviceThreads(List<Device> devices) {
    boolean concurrent = devices.size() > 1 && devices.stream().allMatch(Device::isGpu);
    threads =
        concurrent ? Optional.of(Executors.newFixedThreadPool(devices.size())) : Optional.empty();
  }

  /**
   * Runs a piece of work for each of the first devices, and waits for all of them, even if one
   * fails. What one of them threw is thrown again as it is.
   *
   * @param count number of pieces
   * @param work computes the result for the device with a number, from 0
   */
  public <T> List<T> compute(int count, IntFunction<T> work) {
    Executor executor = threads.<Executor>map(pool -> pool).orElse(Runnable::run);
    List<CompletableFuture<T>> pending =
        IntStream.range(0, count)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(i), executor))
            .toList();
    try {
      CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
    return pending.stream().map(CompletableFuture::join).toList();
  }

  /** The same for work without a result. */
  public void run(int count, IntConsumer work) {
    var unused =
        compute(
            count,
            i -> {
              work.accept(i);
              return true;
            });
  }

  @Override
  public void close() {
    threads.ifPresent(ExecutorService::shutdown);
  }
}
