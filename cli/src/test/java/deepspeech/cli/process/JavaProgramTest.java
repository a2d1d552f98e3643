package deepspeech.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JavaProgramTest {
  @Test
  void optionsOfTheUserFollowThoseOfTheProgramAndSoTakePrecedence() {
    // Given
    JavaProgram program = program(" -Xmx2g\t-XX:+UseParallelGC ");

    // When
    List<String> command = program.processBuilder().command();

    // Then
    assertThat(command)
        .endsWith("-Xmx64m", "-Xmx2g", "-XX:+UseParallelGC", "-jar", "x.jar", "argument");
  }

  @Test
  void anEmptyVariableAddsNoOption() {
    assertThat(program(" ").processBuilder().command())
        .endsWith("-Xmx64m", "-jar", "x.jar", "argument");
  }

  @Test
  void aProgramThatStartsItComesFirst() {
    // Given
    JavaProgram program = program("").startedBy(List.of("taskset", "-c", "0"));

    // When
    List<String> command = program.processBuilder().command();

    // Then
    assertThat(command)
        .startsWith("taskset", "-c", "0")
        .endsWith("-Xmx64m", "-jar", "x.jar", "argument");
    assertThat(command.get(3)).endsWith("/bin/java");
  }

  private static JavaProgram program(String options) {
    return new JavaProgram(
        "child",
        List.of("-Xmx64m"),
        List.of("-jar", "x.jar", "argument"),
        Map.of("DEEPSPEECH_JAVA_OPTIONS", options),
        Path.of("watch.jar"));
  }
}
