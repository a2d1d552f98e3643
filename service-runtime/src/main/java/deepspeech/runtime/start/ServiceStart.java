package deepspeech.runtime.start;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.runtime.logging.LogFormat;
import java.util.List;

/**
 * The start of a service. It checks the configuration and the dependencies before anything else,
 * and prints a failure as one line on standard error.
 */
public final class ServiceStart {
  /** Exit status of a service that cannot start. */
  public static final int CANNOT_START = 2;

  private final String service;
  private final List<Class<? extends RuntimeException>> reasons;

  /** The checks of a service. The message of a failure is one line for the operator. */
  @FunctionalInterface
  public interface Checks {
    void run() throws InterruptedException;
  }

  /**
   * Describes a service.
   *
   * @param service name of the service, with which the line begins
   * @param reasons exceptions that prevent the start, in addition to that of the configuration,
   *     such as those of the broker and the store
   */
  public ServiceStart(String service, List<Class<? extends RuntimeException>> reasons) {
    this.service = service;
    this.reasons = List.copyOf(reasons);
  }

  /**
   * Returns if all checks pass. Otherwise prints the failure and ends the JVM with {@link
   * #CANNOT_START}. Sets the log format of Quarkus from the environment.
   */
  public void orExit(Checks checks) throws InterruptedException {
    LogFormat format = LogFormat.TEXT;
    try {
      format = LogFormat.of(EnvironmentVariables.ofProcess());
      format.apply();
      checks.run();
    } catch (RuntimeException e) {
      if (!isReason(e)) {
        throw e;
      }
      System.err.println(format.failure(service, e.getMessage()));
      System.exit(CANNOT_START);
    }
  }

  private boolean isReason(RuntimeException failure) {
    return failure instanceof InvalidMessageException
        || reasons.stream().anyMatch(reason -> reason.isInstance(failure));
  }
}
