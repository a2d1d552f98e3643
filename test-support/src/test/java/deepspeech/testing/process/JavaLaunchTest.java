package deepspeech.testing.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JavaLaunchTest {
  @TempDir private Path folder;

  @Test
  void argumentsArriveAndOutputErrorsAndExitStatusComeBack() throws Exception {
    // When
    JavaProcess apart =
        JavaLaunch.mainClass(SampleProgram.class)
            .startApart(folder.resolve("out"), folder.resolve("err"), "echo", "two words", "");
    JavaProcess together =
        JavaLaunch.mainClass(SampleProgram.class).start(folder.resolve("both"), "echo");

    // Then
    assertThat(apart.exitCode()).isEqualTo(3);
    assertThat(apart.output()).isEqualTo("echo|two words|\n");
    assertThat(apart.errors()).isEqualTo("to the errors\n");
    assertThat(together.exitCode()).isEqualTo(3);
    assertThat(together.output()).isEqualTo("echo\nto the errors\n").isEqualTo(together.errors());
  }

  @Test
  void optionsFolderAndClassPathAreThoseOfTheLaunch() throws Exception {
    // When
    JavaProcess program =
        JavaLaunch.mainClass(SampleProgram.class, System.getProperty("java.class.path"))
            .options("-Xmx32m", "-XX:+UseSerialGC")
            .directory(folder)
            .start(folder.resolve("output"), "where");

    // Then
    assertThat(program.exitCode()).isZero();
    List<String> lines = program.output().lines().toList();
    assertThat(Path.of(lines.get(0))).isEqualTo(folder.toRealPath());
    assertThat(Long.parseLong(lines.get(1))).isLessThanOrEqualTo(32L << 20);
  }

  @Test
  void aClearedEnvironmentHasNothingButWhatIsAdded() throws Exception {
    // When
    JavaProcess program =
        JavaLaunch.mainClass(SampleProgram.class)
            .clearEnvironment()
            .environment(Map.of("KAFKA_ONE", "1", "LC_ALL", "C"))
            .start(folder.resolve("output"), "environment");

    // Then
    assertThat(program.exitCode()).as(program.output()).isZero();
    assertThat(program.output()).isEqualTo("KAFKA_ONE=1\nLC_ALL=C\n");
  }

  @Test
  void variablesOfProductAndBrokerStayWithTheTest() throws Exception {
    // Given: a program in the place of a test, whose environment has such variables.
    JavaProcess test =
        JavaLaunch.mainClass(SampleProgram.class)
            .environment(
                Map.of(
                    "DEEPSPEECH_ONE", "1",
                    "DEEPSPEECH_JAVA_OPTIONS_TWO", "2",
                    "KAFKA_ONE", "1",
                    "OTHER", "3"))
            .start(folder.resolve("output"), "launch", folder.toString());

    // When
    int code = test.exitCode();

    // Then
    assertThat(code).as(test.output()).isZero();
    assertThat(Files.readAllLines(folder.resolve("launched")))
        .contains("OTHER=3")
        .noneMatch(line -> line.matches("(DEEPSPEECH_(?!JAVA_OPTIONS=)|KAFKA_).*"));
  }

  @Test
  void aProgramAndThoseThatItStartsHaveTheOptionsOfTheEnvironment() throws Exception {
    // Given
    Map<String, String> options = Map.of("DEEPSPEECH_JAVA_OPTIONS", " -Xmx32m  -XX:+UseSerialGC ");

    // When
    JavaProcess program =
        JavaLaunch.mainClass(SampleProgram.class)
            .environment(options)
            .start(folder.resolve("output"), "where");
    JavaProcess parent =
        JavaLaunch.mainClass(SampleProgram.class)
            .environment(options)
            .start(folder.resolve("parent"), "launch", folder.toString());

    // Then
    assertThat(program.exitCode()).isZero();
    assertThat(Long.parseLong(program.output().lines().toList().get(1)))
        .isLessThanOrEqualTo(32L << 20);
    assertThat(parent.exitCode()).as(parent.output()).isZero();
    assertThat(Files.readAllLines(folder.resolve("launched")))
        .contains("DEEPSPEECH_JAVA_OPTIONS= -Xmx32m  -XX:+UseSerialGC ");
  }

  @Test
  void aServiceIsTheOneThatItsModuleHasPackaged() throws Exception {
    // When
    JavaProcess missing = JavaLaunch.service("no-such-module").start(folder.resolve("output"));

    // Then
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.output()).contains("no-such-module/target/quarkus-app/quarkus-run.jar");
  }
}
