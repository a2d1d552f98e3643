package deepspeech.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
  @TempDir private Path temporary;

  @Test
  void linesAreReadOnceAndOnlyWhenTheyAreWhole() throws IOException {
    // Given
    LogFile log = new LogFile(temporary.resolve("logs/x.log"));
    append(log, "first\nsec");

    // When
    var before = log.newLines();
    append(log, "ond ä\n\n");
    var after = log.newLines();

    // Then
    assertThat(before).containsExactly("first");
    assertThat(after).containsExactly("second ä", "");
    assertThat(log.newLines()).isEmpty();
    assertThat(log.lastLine()).isEqualTo("second ä");
  }

  @Test
  void theLastLineOfAJvmThatCannotStartIsItsReason() throws IOException {
    // Given
    LogFile log = new LogFile(temporary.resolve("x.log"));

    // When
    append(
        log,
        """
        Unrecognized option: -Xfoo
        Error: Could not create the Java Virtual Machine.
        Error: A fatal exception has occurred. Program will exit.
        """);

    // Then
    assertThat(log.newLines()).hasSize(3);
    assertThat(log.lastLine()).isEqualTo("Unrecognized option: -Xfoo");
  }

  @Test
  void aLineLongerThanTheBufferIsReadWhole() throws IOException {
    // Given
    LogFile log = new LogFile(temporary.resolve("x.log"));
    String longLine = "a".repeat(200_000);

    // When
    append(log, longLine + "\nnext\n");

    // Then
    assertThat(log.newLines()).containsExactly(longLine, "next");
  }

  @Test
  void theLogOfTheTimeBeforeIsKept() throws IOException {
    // Given
    append(new LogFile(temporary.resolve("x.log")), "before\n");

    // When
    LogFile log = new LogFile(temporary.resolve("x.log"));

    // Then
    assertThat(log.newLines()).isEmpty();
    assertThat(Files.readString(temporary.resolve("x.log.1"))).isEqualTo("before\n");
  }

  private static void append(LogFile log, String text) throws IOException {
    Files.writeString(log.path(), text, StandardOpenOption.APPEND);
  }
}
