package deepspeech.tools.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  @Test
  void aShortTaskHasOneLineWhereThereIsNoTerminal() {
    // Given
    Progress progress = new Progress(out, "check", 20, false, () -> now);
    // When
    for (int i = 0; i < 20; i++) {
      progress.step();
    }
    progress.close();
    // Then
    assertThat(lines()).isEqualTo("check: 100 % (20 of 20)\n");
  }

  @Test
  void aLongTaskHasALineEachTenPerCentWhereThereIsNoTerminal() {
    // Given
    Progress progress = new Progress(out, "check", 40, false, () -> now);
    // When
    for (int i = 0; i < 40; i++) {
      now += Duration.ofSeconds(6).toNanos();
      progress.step();
    }
    progress.close();
    // Then
    assertThat(lines().lines())
        .hasSize(10)
        .startsWith("check: 10 % (4 of 40)", "check: 20 % (8 of 40)")
        .endsWith("check: 100 % (40 of 40)");
  }

  @Test
  void aTerminalHasABar() {
    // Given
    Progress progress = new Progress(out, "check", 3, true, () -> now);
    // When
    for (int i = 0; i < 3; i++) {
      progress.step();
    }
    progress.close();
    // Then
    assertThat(lines()).contains("\rcheck 100% [").contains("3/3 utterances");
  }

  private String lines() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
