package deepspeech.cli.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.cli.build.Reactor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that the documents show, checked without running them. */
class DocumentedCommandsTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```([^\\n]*)\\n(.*?)^ *```");
  private static final Set<String> SHELL = Set.of("shell", "shell script", "sh", "bash");
  private static final Pattern INLINE = Pattern.compile("`((?:[^`\\n]|\\n(?!\\s*\\n))+)`");
  private static final Pattern SUBCOMMAND =
      Pattern.compile(
          "(demo|up|chaos|benchmark|train|resume|stop|pin|unpin|status|watch|export|reproduce|simulate|prepare|check|pack) .*--.*");
  private static final Pattern UNFINISHED = Pattern.compile(".*(…|\\.\\.\\.|[<\\[{]).*");

  /** Programs that are not of this repository. */
  private static final Set<String> OTHERS =
      Set.of(
          "aws",
          "cat",
          "cd",
          "chmod",
          "echo",
          "export",
          "git",
          "kubectl",
          "mc",
          "mkdir",
          "openssl",
          "tensorboard",
          "prometheus",
          "promtool",
          "curl",
          "apt-get",
          "docker",
          "python3");

  private static List<CommandCheck> whole;
  private static List<CommandCheck> inProse;

  @BeforeAll
  static void createChecks() throws Exception {
    Reactor reactor = Reactor.read(Documents.ROOT, Set.of());
    List<CommandCheck> checks =
        List.of(
            new MavenCheck(reactor),
            new BenchmarkCheck(),
            new JavaCheck(reactor),
            new KafkaCheck(),
            new ScriptCheck());
    whole = Stream.concat(Stream.of(new DeepSpeechCheck(true)), checks.stream()).toList();
    inProse = Stream.concat(Stream.of(new DeepSpeechCheck(false)), checks.stream()).toList();
  }

  @Test
  void everyCommandInAShellBlockCanBeGiven() throws Exception {
    // When
    List<String> problems = new ArrayList<>();
    int commands = 0;
    for (Path document : Documents.ofTheProduct()) {
      for (MatchResult block : BLOCK.matcher(Files.readString(document)).results().toList()) {
        if (isShell(block.group(1).strip(), block.group(2))) {
          for (ShellCommand command : ShellText.commands(withNames(block.group(2)))) {
            commands++;
            problems.addAll(problems(document, command, whole));
          }
        }
      }
    }

    // Then
    assertThat(problems).isEmpty();
    assertThat(commands).isGreaterThan(60);
  }

  @Test
  void aCommandInProseHasOptionsThatExist() throws Exception {
    // When
    List<String> problems = new ArrayList<>();
    int commands = 0;
    for (Path document : Documents.ofTheProduct()) {
      String prose = BLOCK.matcher(Files.readString(document)).replaceAll("");
      for (MatchResult code : INLINE.matcher(prose).results().toList()) {
        String text = code.group(1).replaceAll("\\s+", " ").strip();
        if (isCommand(text)) {
          text = SUBCOMMAND.matcher(text).matches() ? "deepspeech " + text : text;
          commands++;
          ShellCommand command = ShellText.commands(withNames(text)).get(0);
          problems.addAll(problems(document, command, inProse));
        }
      }
    }

    // Then
    assertThat(problems).isEmpty();
    assertThat(commands).isGreaterThan(30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deepspeech trian mine",
        "deepspeech train mine --batch-size=16",
        "deepspeech train mine --batch_size=many",
        "deepspeech pin mine epoch-23",
        "deepspeech stop",
        "deepspeech prepare --annotation list",
        "deepspeech check --vocabulary=v.txt",
        "mvn -pl trainer -am verify",
        "mvn verify -DskipIT",
        "mvn -pl curves verify -Dit.test=FineTuneIT",
        "mvn -pl speech-data test -Dtest='VolumeTest#noSuchMethod'",
        "mvn verify -Dgroups=slow",
        "mvn verfy",
        "benchmarks/run brokr",
        "benchmarks/run NoSuch",
        "benchmarks/run learning folder=/data",
        "dashboard/docs/make",
        "java -jar dashbord/target/quarkus-app/quarkus-run.jar",
        "java -cp x deepspeech.tools.check.Check",
        "kcat -C -b x:1 -t deepspeech.command",
        "echo '{\"command\": \"train\"}' | kcat -P -b x:1 -t deepspeech.commands -k mine",
        "echo '{\"command\": \"stop\", \"run\": \"mine\"}' | kcat -P -t deepspeech.commands -k other",
        "deepspech demo",
      })
  void aWrongCommandIsFound(String line) {
    assertThat(ShellText.commands(line))
        .flatMap(command -> problems(Documents.ROOT, command, whole))
        .isNotEmpty();
  }

  @Test
  void aQuoteThatIsNotClosedIsFound() {
    assertThatThrownBy(() -> ShellText.commands("echo 'a")).hasMessageContaining("a quote");
  }

  private static List<String> problems(
      Path document, ShellCommand command, List<CommandCheck> checks) {
    String problem = null;
    try {
      for (CommandCheck check : checks) {
        if (check.covers(command)) {
          check.check(command);
          return List.of();
        }
      }
      problem = OTHERS.contains(command.program()) ? null : "unknown program";
    } catch (Exception wrong) {
      problem = wrong.getMessage();
    }
    return problem == null
        ? List.of()
        : List.of("%s: %s: %s".formatted(Documents.ROOT.relativize(document), command, problem));
  }

  /** A block may also have no language: then its first line shows what it is. */
  private static boolean isShell(String language, String text) {
    return SHELL.contains(language)
        || (language.isEmpty() && isCommand(text.lines().findFirst().orElse("")));
  }

  private static boolean isCommand(String text) {
    boolean command =
        text.matches("(deepspeech|mvn) .*")
            || text.matches("(deploy/local/deepspeech|[\\w./-]+/(run|update)|\\.ci/run)( .*)?")
            || SUBCOMMAND.matcher(text).matches();
    return command && !UNFINISHED.matcher(text).matches();
  }

  /** The text with names for its placeholders. */
  private static String withNames(String text) {
    return text.replaceAll("\\bRUN\\b", "run").replaceAll("\\bCHECKPOINT\\b", "epoch-0001");
  }
}
