package deepspeech.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JavaProcessTest {
  private static final int SIGNALLED = 128;

  @TempDir private Path folder;
  private JavaProcess program;

  @BeforeEach
  void startSleeping() throws Exception {
    program = JavaLaunch.mainClass(SampleProgram.class).start(folder.resolve("output"), "sleep");
    while (!program.output().equals("started\n")) {
      assertThat(program.isAlive()).as(program.output()).isTrue();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @AfterEach
  void kill() throws InterruptedException {
    program.kill();
  }

  @Test
  void closingTerminatesAProgramAsAnOperatorDoes() throws Exception {
    // When
    program.close();

    // Then
    assertThat(program.isAlive()).isFalse();
    assertThat(program.exitCode()).isEqualTo(SIGNALLED + 15);
    assertThat(program.output()).isEqualTo("started\nterminated\n");
  }

  @Test
  void aKilledProgramHasNoTimeForAnything() throws Exception {
    // When
    program.kill();

    // Then
    assertThat(program.exitCode()).isEqualTo(SIGNALLED + 9);
    assertThat(program.output()).isEqualTo("started\n");
  }

  @Test
  void aProgramThatDoesNotEndIsKilledAndItsOutputIsInTheError() throws Exception {
    // When
    var thrown = assertThatThrownBy(() -> program.exitCode(Duration.ofSeconds(1)));

    // Then
    thrown
        .isInstanceOf(AssertionError.class)
        .hasMessage("the program did not end within 1 s:\nstarted\n");
    assertThat(program.process().waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void aProgramStandsStillBetweenTwoSignalsAndAnotherEndsIt() throws Exception {
    // When
    Signal.STOP.sendTo(program.process().toHandle());
    awaitSuspended(true);
    Signal.CONT.sendTo(program.process().toHandle());
    awaitSuspended(false);
    Signal.TERM.sendTo(program.process().toHandle());

    // Then
    assertThat(program.exitCode()).isEqualTo(SIGNALLED + 15);
    assertThatThrownBy(() -> Signal.CONT.sendTo(program.process().toHandle()))
        .isInstanceOf(AssertionError.class)
        .hasMessage("process %d got no SIGCONT", program.process().pid());
  }

  private void awaitSuspended(boolean suspended) throws IOException, InterruptedException {
    Path status = Path.of("/proc", Long.toString(program.process().pid()), "status");
    while (Files.readString(status).contains("State:\tT") != suspended) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
