package deepspeech.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.Argument;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
  private final CommandLineRunner commands = new CommandLineRunner(Map.of());

  @Test
  void aClusterIsDescribedWithoutABroker() {
    // When
    int status = commands.run("simulate", "--hours=1000", "--gpus=8");

    // Then
    assertThat(commands.err()).isEmpty();
    assertThat(status).isZero();
    assertThat(commands.out())
        .startsWith("1 trainer of 8 GPUs trains 1 run on 1,000 h of speech\n")
        .contains("\nEpoch: ", "\nLimit: ", "\nSTATION", "\nNEEDED SO THAT", "\nASSUMPTION")
        .contains("assumed, not measured", "measured: docs/performance.md");
  }

  @Test
  void theHelpListsRangesAndDefaults() {
    // When
    commands.run("simulate", "--help");

    // Then
    assertThat(commands.out().replaceAll("\\s+", " "))
        .contains("hours of speech in the training set of each run, 0.01 to 1000000")
        .contains("format of the recordings: wav, flac, mp3, vorbis, opus; default: wav")
        .contains("default: 0.25, assumed");
  }

  @ParameterizedTest
  @CsvSource({
    "--average-checkpoints,average_checkpoints",
    "--batch-size,batch_size",
    "--checkpoint-every,checkpoint_interval",
    "--layers,num_rnn_layers",
    "--units,rnn_layer_size",
  })
  void anOptionAllowsWhatTheArgumentOfARunAllows(String option, String argument) {
    // Given
    String allowed = Argument.named(argument).orElseThrow().allowed();
    int most = Integer.parseInt(allowed.substring(allowed.lastIndexOf(' ') + 1));
    CommandLineRunner help = new CommandLineRunner(Map.of());

    // When
    int status = commands.run(with(option + "=" + (most + 1)));
    help.run("simulate", "--help");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech simulate: %s: %d given, allowed: %s\n"
                .formatted(option, most + 1, allowed));
    assertThat(help.out().replaceAll("\\s+", " ")).contains("1 to " + most);
  }

  @Test
  void averagesOfTheWeightsEnlargeTheCheckpoints() {
    // Given
    CommandLineRunner averaging = new CommandLineRunner(Map.of());

    // When
    commands.run("simulate", "--hours=100", "--gpus=8");
    averaging.run("simulate", "--hours=100", "--gpus=8", "--average-checkpoints=5");

    // Then
    assertThat(commands.out())
        .contains("979 MB each, 4 of each run")
        .doesNotContain("mean of the weights");
    assertThat(averaging.out())
        .contains("1.96 GB each, 4 of each run")
        .contains("mean of the weights of epochs");
  }

  @Test
  void bothAveragesTogetherAreRefusedAsInARun() {
    // When
    int status =
        commands.run(
            "simulate", "--hours=1", "--gpus=1", "--moving-average", "--average-checkpoints=2");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech simulate: --average-checkpoints: 2 given, allowed: 1, because"
                + " --moving-average is given\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--hours=0|--hours: 0.0 given, allowed: a number from 0.01 to 1000000",
        "--hours=NaN|--hours: NaN given, allowed: a number from 0.01 to 1000000",
        "--gpus=0|--gpus: 0 given, allowed: a whole number from 1 to 1024",
        "--gpus=12|--gpus: 12 given, allowed: a multiple of --gpus-per-trainer (8), or fewer",
        "--gpu-share=1.5|--gpu-share: 1.5 given, allowed: a number from 0.001 to 1",
        "--brokers=2|--brokers: 2 given, allowed: a whole number from 3 to 1000",
        "--network=-1|--network: -1.0 given, allowed: a number from 0.001 to 1000000",
        "--evaluator-cores=0|--evaluator-cores: 0 given, allowed: a whole number from 1 to 100000",
        "--batches-ahead=1001|--batches-ahead: 1001 given, allowed: a whole number from 1 to 1000",
      })
  void aNumberOutOfRangeIsRefusedInOneLine(String option, String line) {
    // When
    int status = commands.run(with(option));

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.out()).isEmpty();
    assertThat(commands.err()).isEqualTo("deepspeech simulate: " + line + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--gpus=many|'--gpus': 'many' is not an int",
        "--format=aac|expected one of [WAV, FLAC, MP3, VORBIS, OPUS] (case-insensitive) but was 'aac'",
      })
  void aValueOfAnotherTypeIsAnInvalidCommandLine(String option, String reason) {
    // When
    int status = commands.run(with(option));

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(commands.err()).startsWith("deepspeech simulate: ").contains(reason);
  }

  @Test
  void hoursAndGpusAreRequired() {
    // When
    int status = commands.run("simulate");

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(commands.err()).contains("--hours").contains("--gpus");
  }

  /** The option in place of the valid one of its name. */
  private static String[] with(String option) {
    String name = option.substring(0, option.indexOf('=') + 1);
    return Stream.concat(
            Stream.of("simulate", option),
            List.of("--hours=100", "--gpus=8").stream().filter(other -> !other.startsWith(name)))
        .toArray(String[]::new);
  }
}
