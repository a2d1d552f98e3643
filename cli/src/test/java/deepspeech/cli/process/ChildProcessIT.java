package deepspeech.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.child.ParentWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
@Tag("integration")
class ChildProcessIT {
  private static final RestartPolicy ONE_RESTART =
      new RestartPolicy(Duration.ofMillis(10), Duration.ofSeconds(1), 1, Duration.ofHours(1));

  @TempDir private Path temporary;

  @Test
  void aChildDiesWithAParentThatIsKilled() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    Process parent = startParent(announcement.toString());
    ProcessHandle child = await(announcement);

    // When
    parent.destroyForcibly().waitFor();

    // Then
    assertThat(parent.exitValue()).as("killed, not ended").isEqualTo(128 + 9);
    child.onExit().get(1, TimeUnit.MINUTES);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aChildThatHangsWhileShuttingDownDiesWithAParentThatIsKilled() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    Process parent = startParent(announcement.toString(), "hang");
    ProcessHandle child = await(announcement);

    // When
    parent.destroyForcibly().waitFor();

    // Then
    child.onExit().get(1, TimeUnit.MINUTES);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aChildDiesWithAParentThatIsTerminated() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    Process parent = startParent(announcement.toString());
    ProcessHandle child = await(announcement);

    // When
    parent.destroy();
    parent.waitFor();

    // Then
    child.onExit().get(1, TimeUnit.MINUTES);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aChildThatIsStoppedIsNotStartedAgain() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    BlockingQueue<String> announcements = new LinkedBlockingQueue<>();
    SupervisedProgram program =
        SupervisedProgram.start(
            TestProgram.of(Sleeper.class, announcement.toString()),
            temporary.resolve("child.log"),
            RestartPolicy.OF_SERVICES,
            announcements::add);
    ProcessHandle child = await(announcement);

    // When
    program.stop(Duration.ofMinutes(1));

    // Then
    assertThat(child.isAlive()).isFalse();
    assertThat(announcements).isEmpty();
    assertThat(program.failure()).isEmpty();
  }

  @Test
  void aChildThatDoesNotEndInTimeIsKilled() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    BlockingQueue<String> announcements = new LinkedBlockingQueue<>();
    SupervisedProgram program =
        SupervisedProgram.start(
            TestProgram.of(Sleeper.class, announcement.toString(), "hang"),
            temporary.resolve("child.log"),
            RestartPolicy.OF_SERVICES,
            announcements::add);
    ProcessHandle child = await(announcement);

    // When
    program.stop(Duration.ofSeconds(1));

    // Then
    assertThat(child.isAlive()).isFalse();
    assertThat(announcements).containsExactly("child did not end within 1 s and was killed");
  }

  @Test
  void aChildThatIsKilledIsStartedAgainAndThatIsLogged() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    BlockingQueue<String> announcements = new LinkedBlockingQueue<>();
    SupervisedProgram program =
        SupervisedProgram.start(
            TestProgram.of(Sleeper.class, announcement.toString()),
            temporary.resolve("child.log"),
            ONE_RESTART,
            announcements::add);
    ProcessHandle first = await(announcement);
    Files.delete(announcement);

    // When
    first.destroyForcibly();
    ProcessHandle second = await(announcement);

    // Then
    assertThat(second.pid()).isNotEqualTo(first.pid());
    assertThat(announcements)
        .containsExactly(
            "child ended with status 137: it logged nothing (log: %s); restarting in 10 ms"
                .formatted(temporary.resolve("child.log")));
    program.stop(Duration.ofMinutes(1));
  }

  @Test
  void aRequestedKillDoesNotCountAsAnEnd() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    SupervisedProgram program =
        SupervisedProgram.start(
            TestProgram.of(Sleeper.class, announcement.toString()),
            temporary.resolve("child.log"),
            ONE_RESTART,
            announcements -> {});
    ProcessHandle child = await(announcement);

    // When
    for (int kill = 0; kill < 3; kill++) {
      Files.delete(announcement);
      assertThat(program.kill()).isTrue();
      child = await(announcement);
    }

    // Then
    assertThat(child.isAlive()).isTrue();
    assertThat(program.failure()).isEmpty();
    program.stop(Duration.ofMinutes(1));
    assertThat(program.kill()).isFalse();
  }

  @Test
  void aChildThatFailsAgainAndAgainIsGivenUpWithItsLastLogLine() throws Exception {
    // Given
    BlockingQueue<String> announcements = new LinkedBlockingQueue<>();

    // When
    SupervisedProgram program =
        SupervisedProgram.start(
            TestProgram.of(Failing.class),
            temporary.resolve("child.log"),
            ONE_RESTART,
            announcements::add);

    // Then
    List<String> said = List.of(announcements.take(), announcements.take(), announcements.take());
    String end =
        "child ended with status 3: the end (log: %s)".formatted(temporary.resolve("child.log"));
    assertThat(said)
        .containsExactly(
            "child: broker b:1: not reachable",
            end + "; restarting in 10 ms",
            end + "; not restarted after 2 failures in a row");
    assertThat(program.failure()).contains(said.get(2));
  }

  @Test
  void aForegroundProgramGivesItsStatus() {
    // When
    int status = ForegroundProgram.run(TestProgram.of(Failing.class));

    // Then
    assertThat(status).isEqualTo(3);
  }

  @Test
  void theWatchEndsAChildWithAStatusOfItsOwn() throws Exception {
    // Given
    Path announcement = temporary.resolve("child");
    Process child = TestProgram.of(Sleeper.class, announcement.toString()).processBuilder().start();
    await(announcement);

    // When
    child.getOutputStream().close();

    // Then
    assertThat(child.waitFor()).isEqualTo(ParentWatch.EXIT_STATUS);
  }

  private Process startParent(String... childArguments) throws IOException {
    String[] arguments = new String[childArguments.length + 1];
    arguments[0] = temporary.resolve("child.log").toString();
    System.arraycopy(childArguments, 0, arguments, 1, childArguments.length);
    return TestProgram.of(Parent.class, arguments).processBuilder().start();
  }

  /** The child's announcement is its process id. */
  private static ProcessHandle await(Path announcement) throws Exception {
    while (!Files.exists(announcement)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(announcement))).orElseThrow();
  }
}
