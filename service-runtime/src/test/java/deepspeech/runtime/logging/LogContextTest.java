package deepspeech.runtime.logging;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.identity.RunId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {
  @Test
  void recordsAreAboutTheRunAndItsBatchUntilTheContextIsClosed() {
    // When
    LogContext run = LogContext.of(new RunId("demo"));
    LogContext.at(2, 7);
    Map<String, String> outer = now();
    LogContext checkpoint = LogContext.of(new RunId("other"), 1, 0);
    Map<String, String> inner = now();
    checkpoint.close();
    Map<String, String> after = now();
    run.close();

    // Then
    assertThat(outer).isEqualTo(Map.of("run", "demo", "epoch", "2", "batch", "7"));
    assertThat(inner).isEqualTo(Map.of("run", "other", "epoch", "1", "batch", "0"));
    assertThat(after).isEqualTo(outer);
    assertThat(now()).isEmpty();
  }

  private static Map<String, String> now() {
    Map<String, String> context = MDC.getCopyOfContextMap();
    return context == null ? Map.of() : new HashMap<>(context);
  }
}
