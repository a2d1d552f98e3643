package deepspeech.tools.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

class DataToolTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void whatTheLibrariesLogIsNotAmongTheLinesOfATool() {
    // Given
    Records records = new Records();
    Logger.getLogger("").addHandler(records);

    // When
    int code;
    try {
      code = DataTool.run(DataTool.commandLine(new WarningLibrary(), 3, stream, stream), stream);
    } finally {
      Logger.getLogger("").removeHandler(records);
    }

    // Then
    assertThat(code).isZero();
    assertThat(records.count).isZero();
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Command(name = "tool")
  private static final class WarningLibrary implements Callable<Integer> {
    @Override
    public Integer call() {
      LoggerFactory.getLogger("deepspeech.speech").warn("a decoder was lost");
      return 0;
    }
  }

  private static final class Records extends Handler {
    private int count;

    @Override
    public void publish(LogRecord record) {
      count++;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
