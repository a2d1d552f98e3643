package deepspeech.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkCommandTest {
  private final CommandLineRunner commands = new CommandLineRunner(Map.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs=1|--epochs: 1 given, allowed: a whole number from 2 to 1000",
        "--num_epoch=1001|--epochs: 1001 given, allowed: a whole number from 2 to 1000",
        "--resume_model=mine/latest|resume_model: \"mine/latest\" given, allowed: None, because a"
            + " new model is trained",
        "--pretrained_model=mine/best|pretrained_model: \"mine/best\" given, allowed: None, because"
            + " a new model is trained",
        "--batch_size=0|batch_size: 0 given, allowed: a whole number from 1 to 1024",
      })
  void whatCannotBeMeasuredIsRefusedInOneLine(String option, String line) {
    // When
    int status = commands.run("benchmark", option);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.out()).isEmpty();
    assertThat(commands.err()).isEqualTo("deepspeech benchmark: " + line + "\n");
  }

  @Test
  void theHelpHasTheOptionsOfTheStackAndTheArgumentsOfARun() {
    // When
    commands.run("benchmark", "--help");

    // Then
    assertThat(commands.out().replaceAll("\\s+", " "))
        .contains("--trainer-cores=LIST")
        .contains("--output=FILE")
        .contains("--data=DIR")
        .contains("--rnn_layer_size=VALUE");
  }
}
