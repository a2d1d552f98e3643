package deepspeech.runtime.health;

import deepspeech.runtime.schedule.RepeatedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks the dependencies of a service every 5 s, each on its own thread. So a dependency that does
 * not answer does not delay the others, and callers get the last result at once. Thread-safe.
 */
public final class DependencyWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final String NOT_CHECKED = "not checked yet";

  private final Map<String, Probe> probes;
  private final Map<String, String> troubles = new ConcurrentHashMap<>();
  private final List<RepeatedTask> checks = new ArrayList<>();

  /**
   * Creates a watch that is not started yet.
   *
   * @param probes by the name of the dependency
   */
  public DependencyWatch(Map<String, Probe> probes) {
    this.probes = Collections.unmodifiableMap(new TreeMap<>(probes));
    probes.keySet().forEach(name -> troubles.put(name, NOT_CHECKED));
  }

  /** Starts the checks. */
  public synchronized void start() {
    probes.forEach(
        (name, probe) -> {
          RepeatedTask task = new RepeatedTask("health-" + name, () -> check(name, probe));
          checks.add(task);
          task.start(Duration.ZERO, INTERVAL);
        });
  }

  private void check(String name, Probe probe) {
    try {
      probe.check();
      troubles.remove(name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | LinkageError e) {
      troubles.put(name, line(e));
    }
  }

  private static String line(Throwable failure) {
    Throwable cause = failure;
    // For a class that cannot be loaded, only the cause holds the reason.
    while (cause instanceof LinkageError && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    return message.lines().findFirst().orElse(cause.getClass().getSimpleName());
  }

  /** The names of the dependencies, in order. */
  public List<String> names() {
    return List.copyOf(probes.keySet());
  }

  /** The reason in one line why a dependency cannot be used; empty if it can. */
  public Optional<String> trouble(String name) {
    return Optional.ofNullable(troubles.get(name));
  }

  @Override
  public synchronized void close() {
    checks.forEach(RepeatedTask::close);
  }
}
