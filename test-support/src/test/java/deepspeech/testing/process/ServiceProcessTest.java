package deepspeech.testing.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServiceProcessTest {
  @TempDir private Path folder;

  @Test
  void aServiceIsAwaitedUntilItIsReadyAndAnswersThen() throws Exception {
    // Given
    int port = ServiceProcess.freePort();
    try (ServiceProcess service = start(port, Integer.toString(port))) {
      // When
      service.awaitReady();

      // Then
      assertThat(service.get("/some/path").body()).isEqualTo("/some/path");
      assertThat(service.await("/other", answer -> answer.body().equals("/other")).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aServiceThatEndsInsteadIsAnErrorWithWhatItPrinted() throws Exception {
    // Given
    try (ServiceProcess service = start(ServiceProcess.freePort(), "broken")) {
      // When
      var thrown = assertThatThrownBy(service::awaitReady);

      // Then
      thrown
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("/q/health/ready is not as expected: ")
          .hasMessageContaining("the service has ended")
          .hasMessageEndingWith("cannot start\n");
      assertThat(service.exitCode()).isEqualTo(2);
    }
  }

  private ServiceProcess start(int port, String argument) throws IOException {
    return new ServiceProcess(
        JavaLaunch.mainClass(SampleService.class).start(folder.resolve("output"), argument), port);
  }
}
