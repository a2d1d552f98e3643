package deepspeech.operations.logging;

import deepspeech.messages.run.RunId;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * What the log records of this thread are about: {@code run}, {@code epoch} and {@code batch} in
 * the mapped diagnostic context, until it is closed.
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

  /** Records are about a run from here on. */
  public static LogContext of(RunId run) {
    LogContext context = new LogContext();
    MDC.put(RUN, run.toString());
    return context;
  }

  /**
   * Records are about a batch of a run from here on, or about the checkpoint behind it.
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
   * Records are about another batch of the run from here on, as long as the context is open.
   *
   * @param epoch from 1
   * @param batch from 0
   */
  public static void at(int epoch, int batch) {
    MDC.put(EPOCH, String.valueOf(epoch));
    MDC.put(BATCH, String.valueOf(batch));
  }

  /** Records are about what they were about before. */
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
