package deepspeech.runtime.logging;

import deepspeech.messages.identity.RunId;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * The context of this thread's log records: {@code run}, {@code epoch} and {@code batch} in the
 * mapped diagnostic context, until it is closed.
 */
public final class LogContext implements AutoCloseable {
  private static final String RUN = "run";
  private static final String EPOCH = "epoch";
  private static final String BATCH = "batch";

  private final Map<String, String> before = new HashMap<>();

  private LogContext() {
    for (String key : new String[] {RUN, EPOCH, BATCH}) {
      before.put(key, MDC.get(key));
    }
  }

  /** Sets the run of the following records. */
  public static LogContext of(RunId run) {
    LogContext context = new LogContext();
    MDC.put(RUN, run.toString());
    return context;
  }

  /**
   * Sets the run and the batch of the following records. For records about a checkpoint it is the
   * batch before the checkpoint.
   *
   * @param epoch from 1
   * @param batch from 0
   */
  public static LogContext of(RunId run, int epoch, int batch) {
    LogContext context = of(run);
    at(epoch, batch);
    return context;
  }

  /**
   * Sets another batch of the run for the following records, while a context is open.
   *
   * @param epoch from 1
   * @param batch from 0
   */
  public static void at(int epoch, int batch) {
    MDC.put(EPOCH, String.valueOf(epoch));
    MDC.put(BATCH, String.valueOf(batch));
  }

  /** Restores the context from before. */
  @Override
  public void close() {
    before.forEach(
        (key, value) -> {
          if (value == null) {
            MDC.remove(key);
          } else {
            MDC.put(key, value);
          }
        });
  }
}
