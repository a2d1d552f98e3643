package deepspeech.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.Argument;
import deepspeech.messages.console.ConfigurationBlock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeepSpeechTest {
  @TempDir private Path temporary;

  private final CommandLineRunner commands = new CommandLineRunner(Map.of());

  @BeforeEach
  @AfterEach
  void forgetTheCheckout() {
    System.clearProperty("deepspeech.root");
  }

  @Test
  void withoutACommandEveryCommandIsListed() {
    // When
    int status = commands.run();

    // Then
    assertThat(status).isZero();
    assertThat(commands.out())
        .contains(
            "demo",
            "up",
            "train",
            "resume",
            "stop",
            "pin",
            "unpin",
            "status",
            "watch",
            "prepare",
            "simulate",
            "check",
            "pack");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "up",
        "train",
        "resume",
        "stop",
        "pin",
        "unpin",
        "status",
        "watch",
        "simulate"
      })
  void everyCommandHasHelp(String command) {
    // When
    int status = commands.run(command, "--help");

    // Then
    assertThat(status).isZero();
    assertThat(commands.out()).startsWith("Usage: deepspeech " + command).contains("--verbose");
    assertThat(commands.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"help,--help", "help train,train --help", "help help,help --help"})
  void theCommandHelpShowsWhatTheOptionShows(String command, String option) {
    // Given
    CommandLineRunner optioned = new CommandLineRunner(Map.of());
    optioned.run(option.split(" ", -1));

    // When
    int status = commands.run(command.split(" ", -1));

    // Then
    assertThat(status).isZero();
    assertThat(commands.out()).startsWith("Usage: deepspeech").isEqualTo(optioned.out());
    assertThat(commands.err()).isEmpty();
  }

  @Test
  void helpForAnUnknownCommandIsRefusedWithThoseThatThereAre() {
    // When
    int status = commands.run("help", "trian");

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(commands.out()).isEmpty();
    assertThat(commands.err())
        .startsWith("deepspeech: COMMAND: \"trian\" given, allowed: demo, up, chaos, train, ")
        .endsWith("\nSee deepspeech --help\n");
  }

  @Test
  void theHelpOfTrainListsEveryArgumentWithItsDefault() {
    // When
    commands.run("train", "--help");

    // Then
    String help = commands.out().replaceAll("\\s+", "");
    for (Argument argument : Argument.values()) {
      assertThat(help)
          .contains("--" + argument.argumentName())
          .contains(
              ("allowed: "
                      + argument.allowed()
                      + "default: "
                      + ConfigurationBlock.literal(argument.defaultValue()))
                  .replaceAll("\\s+", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../escaped", "..", "a/b", "/tmp/escaped", "=1+1", "@SUM(A1)", "+1", "a\n=1", "A"})
  void runNamesThatLookLikePathsOrFormulasAreRefusedBeforeAnythingIsWritten(String run) {
    // When
    int status =
        commands.run(
            "export",
            "--output=" + temporary.resolve("curves"),
            "--bootstrap-servers=x:1",
            "--",
            run);

    // Then
    assertThat(status).isNotZero();
    assertThat(commands.err())
        .contains("run: ")
        .contains("allowed: 1 to 63 of a-z, 0-9 and -, the first a letter or digit");
    assertThat(temporary).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--num_epoch=0|num_epoch: 0 given, allowed: a whole number from 1 to 10000",
        "--batch_size=many|batch_size: \"many\" given, allowed: a whole number from 1 to 1024",
        "--use_gpu=perhaps|use_gpu: \"perhaps\" given, allowed: True or False",
        "--resume_model=latest|resume_model: \"latest\" given, allowed: <run>/<checkpoint>, because a new run has no checkpoint of its own",
        "--run=Bad_Name|run: \"Bad_Name\" given, allowed: 1 to 63 of a-z, 0-9 and -, the first a letter or digit",
        "--wait=0|--wait: 0 given, allowed: a whole number from 1"
      })
  void aWrongValueIsRefusedInOneLineBeforeABrokerIsContacted(String option, String line) {
    // Given
    CommandLineRunner unreachable =
        new CommandLineRunner(Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:1"));

    // When
    int status = unreachable.run("train", option);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(unreachable.err()).isEqualTo("deepspeech train: " + line + "\n");
  }

  @Test
  void anUnknownArgumentIsNamedAndTheLikeliestOnesAreSuggested() {
    // When
    int status = commands.run("train", "--num_epochs=3");

    // Then
    assertThat(status).isEqualTo(2);
    assertThat(commands.err())
        .startsWith("deepspeech train: Unknown option: '--num_epochs=3'\n")
        .contains("--num_epoch");
  }

  @Test
  void twoNamesForARunAreRefused() {
    // When
    int status = commands.run("train", "one", "--run=other");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech train: --run: \"other\" given, allowed: one name, and \"one\" is given already\n");
  }

  @Test
  void withoutABrokerOneLineSaysHowToNameOne() {
    // When
    int status = commands.run("status", "--data=" + temporary);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech status: no Kafka broker: neither --bootstrap-servers nor KAFKA_BOOTSTRAP_SERVERS is given, and no local stack is running with its data in "
                + temporary
                + " (deepspeech up starts one, which is found once it prints Ready)\n");
  }

  @Test
  void withoutACheckoutNoLocalStackIsSpokenOf() {
    // When
    int status = commands.run("status");

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech status: no Kafka broker: neither --bootstrap-servers nor KAFKA_BOOTSTRAP_SERVERS is given\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "demo",
        "chaos",
        "prepare",
        "check",
        "pack",
        "prepare --help",
        "check --help",
        "pack --help",
        "help pack"
      })
  void withoutACheckoutACommandThatStartsItsProgramsSaysSoInOneLine(String line) {
    // When
    int status = commands.run(line.split(" ", -1));

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .isEqualTo(
            "deepspeech %s: not available here, because it starts programs of a checkout of the repository; use deploy/local/deepspeech there (deepspeech.root is not set)\n"
                .formatted(line.replace(" --help", "").replace("help ", "")));
  }

  @Test
  void anUnreachableBrokerIsNamedInOneLine() throws IOException {
    // Given
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    // When
    int status = commands.run("status", "--bootstrap-servers=127.0.0.1:" + port);

    // Then
    assertThat(status).isEqualTo(4);
    assertThat(commands.err())
        .startsWith("deepspeech status: broker 127.0.0.1:" + port + ": not reachable")
        .satisfies(text -> assertThat(text.lines()).hasSize(1));
  }

  @Test
  void aMissingConfigurationFileIsNamedByItsOption() {
    // Given
    Path missing = temporary.resolve("client.properties");

    // When
    int status =
        commands.run("status", "--bootstrap-servers=127.0.0.1:1", "--command-config=" + missing);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .startsWith("deepspeech status: --command-config: " + missing + " cannot be read");
  }

  @Test
  void aRunWithoutANameIsNamedByTheTime() {
    // Given
    var clock =
        java.time.Clock.fixed(
            java.time.Instant.parse("2026-01-31T12:34:56Z"), java.time.ZoneOffset.UTC);

    // When
    var name = RunNames.of("run", clock);

    // Then
    assertThat(name.value()).isEqualTo("run-20260131-123456");
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsNamedByItsOption() throws IOException {
    // Given
    Path file = Files.createFile(temporary.resolve("file"));
    System.setProperty("deepspeech.root", temporary.toString());

    // When
    int status = commands.run("up", "--data=" + file.resolve("data"));

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .contains("deepspeech up: --data: " + file.resolve("data") + " cannot be written");
  }

  @Test
  void aStackThatCannotStartHasNothingToStopAndLeavesNoFolder() {
    // Given
    Path data = temporary.resolve("data");
    Path missing = temporary.resolve("missing");
    System.setProperty("deepspeech.root", temporary.toString());

    // When
    int status = commands.run("up", "--data=" + data, "--dataset-root=" + missing);

    // Then
    assertThat(status).isEqualTo(1);
    assertThat(commands.err())
        .contains(
            "deepspeech up: --dataset-root: \"" + missing + "\" given, allowed: an existing folder")
        .doesNotContain("Stopping");
    assertThat(data).doesNotExist();
  }
}
