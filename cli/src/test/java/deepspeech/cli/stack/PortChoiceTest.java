package deepspeech.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.cli.failure.CommandFailedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortChoiceTest {
  @TempDir private Path folder;
  private PortLocks locks;
  private PortChoice ports;

  @BeforeEach
  void setUp() {
    locks = new PortLocks(folder);
    ports = new PortChoice(locks);
  }

  @AfterEach
  void letGo() {
    locks.close();
  }

  @Test
  void aPortThatAnotherStackHasChosenIsNotChosenThoughNoProcessListensYet() throws IOException {
    // Given
    int usual = freePort();
    try (PortLocks ofAnother = new PortLocks(folder)) {
      new PortChoice(ofAnother).choose("--x-port", OptionalInt.empty(), usual);

      // When
      int chosen = ports.choose("--x-port", OptionalInt.empty(), usual);

      // Then
      assertThat(chosen).isNotEqualTo(usual);
    }
  }

  @Test
  void theUsualPortIsChosenWhereItIsFree() throws IOException {
    // Given
    int usual = freePort();

    // When
    int chosen = ports.choose("--x-port", OptionalInt.empty(), usual);

    // Then
    assertThat(chosen).isEqualTo(usual);
  }

  @Test
  void anotherFreePortIsChosenWhereTheUsualOneIsTaken() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      // When
      int chosen = ports.choose("--x-port", OptionalInt.empty(), taken.getLocalPort());

      // Then
      assertThat(chosen).isNotEqualTo(taken.getLocalPort());
      new ServerSocket(chosen, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  @Test
  void aPortTakenOnEveryAddressIsNotFree() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0)) {
      // When
      int chosen = ports.choose("--x-port", OptionalInt.empty(), taken.getLocalPort());

      // Then
      assertThat(chosen).isNotEqualTo(taken.getLocalPort());
    }
  }

  @Test
  void aPortThatIsGivenAndTakenIsRefusedByItsOption() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      OptionalInt given = OptionalInt.of(taken.getLocalPort());

      // When / Then
      assertThatThrownBy(() -> ports.choose("--kafka-port", given, 9092))
          .isInstanceOf(CommandFailedException.class)
          .hasMessage(
              "--kafka-port: port %d is taken, allowed: a free port, or no option for any free one"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void noPortIsChosenTwice() throws IOException {
    // Given
    int usual = freePort();
    int first = ports.choose("--x-port", OptionalInt.empty(), usual);

    // When
    int second = ports.choose("--y-port", OptionalInt.empty(), usual);

    // Then
    assertThat(second).isNotEqualTo(first);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
