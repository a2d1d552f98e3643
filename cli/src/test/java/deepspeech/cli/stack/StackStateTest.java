package deepspeech.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StackStateTest {
  @TempDir private Path temporary;

  @Test
  void aRunningStackIsFoundByItsFile() {
    // Given
    Path file = StackState.file(temporary.resolve("data"));
    StackState state = stateOf(ProcessHandle.current());

    // When
    state.write(file);

    // Then
    assertThat(StackState.running(file)).contains(state);
  }

  /** {@code running.json} was written at commit 49e0b46, by a record without groups. */
  @Test
  void theFileHasTheBytesOfEarlierBuilds() throws Exception {
    // Given
    String recorded;
    try (InputStream file = StackStateTest.class.getResourceAsStream("running.json")) {
      recorded = new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    // When
    StackState state = state(17, Instant.parse("2026-01-02T03:04:05.678Z"), "boot/4711");

    // Then
    assertThat(Json.writeText(state)).isEqualTo(recorded);
    assertThat(Json.read(recorded, StackState.class)).isEqualTo(state);
  }

  @Test
  void withoutAFileNoStackRuns() {
    // When
    var running = StackState.running(StackState.file(temporary));

    // Then
    assertThat(running).isEmpty();
  }

  @Test
  void theFileOfAProcessThatIsGoneIsNoStack() throws Exception {
    // Given
    Process gone = new ProcessBuilder("true").start();
    ProcessHandle handle = gone.toHandle();
    StackState state = stateOf(handle);
    gone.waitFor();
    Path file = StackState.file(temporary);

    // When
    state.write(file);

    // Then
    assertThat(StackState.running(file)).isEmpty();
  }

  @Test
  void theFileOfAnEarlierProcessWithTheSameIdIsNoStack() {
    // Given
    Path file = StackState.file(temporary);
    ProcessHandle self = ProcessHandle.current();
    StackState earlier = state(self.pid(), StackProcess.startOf(self).minusSeconds(60), null);

    // When
    earlier.write(file);

    // Then
    assertThat(StackState.running(file)).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aStackIsFoundWhateverTheClockWasSetTo() {
    // Given
    Path file = StackState.file(temporary);
    ProcessHandle self = ProcessHandle.current();
    Instant start = StackProcess.startOf(self);
    String identity = ProcessIdentity.of(self.pid()).orElseThrow();

    for (Duration shift : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
      StackState state = state(self.pid(), start.plus(shift), identity);

      // When
      state.write(file);

      // Then
      assertThat(StackState.running(file)).contains(state);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aProcessOfAnotherStartOrBootIsNotTheStackThoughTheClocksAgree() {
    // Given
    Path file = StackState.file(temporary);
    ProcessHandle self = ProcessHandle.current();
    String identity = ProcessIdentity.of(self.pid()).orElseThrow();

    for (String other : List.of(identity + "1", "another-boot" + identity)) {
      // When
      state(self.pid(), StackProcess.startOf(self), other).write(file);

      // Then
      assertThat(StackState.running(file)).isEmpty();
    }
  }

  @Test
  void theFileOfAnEarlierVersionIsRead() throws Exception {
    // Given
    Path file = StackState.file(temporary);
    StackState state = stateOf(ProcessHandle.current());
    state.write(file);
    ObjectNode earlier = (ObjectNode) Json.readTree(Files.readAllBytes(file));
    earlier.remove("process_identity");

    // When
    Files.write(file, Json.write(earlier));

    // Then
    assertThat(StackState.running(file).orElseThrow().bootstrapServers())
        .isEqualTo(state.bootstrapServers());
  }

  @Test
  void aStackRemovesItsOwnFileAlone() {
    // Given
    Path file = StackState.file(temporary);
    StackState own = stateOf(ProcessHandle.current());
    StackState other = state(own.process().pid() + 1, Instant.EPOCH, null);
    own.write(file);

    // When
    other.remove(file);
    boolean keptByOther = Files.exists(file);
    own.remove(file);

    // Then
    assertThat(keptByOther).isTrue();
    assertThat(file).doesNotExist();
  }

  @Test
  void aBrokenFileIsNamedInOneLine() throws IOException {
    // Given
    Path file = StackState.file(temporary);
    Files.writeString(file, "{");

    // When / Then
    assertThatThrownBy(() -> StackState.running(file))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageEndingWith("; delete it")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  private static StackState stateOf(ProcessHandle process) {
    return state(
        process.pid(),
        StackProcess.startOf(process),
        ProcessIdentity.of(process.pid()).orElse(null));
  }

  private static StackState state(long pid, Instant start, String identity) {
    return new StackState(
        new StackProcess(pid, start, identity),
        "/data",
        "/data/dataset",
        "127.0.0.1:9092",
        new StackStore("http://127.0.0.1:9000", "key", "secret", "deepspeech"),
        "http://localhost:8040",
        Map.of("trainer-service", "http://127.0.0.1:8101/q/health/ready"));
  }
}
