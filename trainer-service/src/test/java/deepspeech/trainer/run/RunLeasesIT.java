package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.LeaseRecord;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two trainers and a store. */
@Timeout(60)
@Tag("integration")
class RunLeasesIT {
  private static final RunId RUN = new RunId("run");

  @TempDir private Path directory;
  private EmbeddedS3 s3;
  private CheckpointStore store;
  private volatile boolean isConnected = true;
  private RunLeases first;
  private RunLeases second;

  @BeforeEach
  void start() {
    s3 = TestStore.start(directory.resolve("s3"), "deepspeech");
    store = CheckpointStore.connect(TrainingSite.of(s3, new StoreLocation("deepspeech", "leases")));
    first = leases("first");
    second = leases("second");
  }

  @AfterEach
  void stop() {
    first.release(RUN);
    second.release(RUN);
    store.close();
    s3.close();
  }

  @Test
  void aRunIsAcquiredByOneTrainerUntilThatOneReleasesIt() {
    // When
    // Then
    assertThat(first.acquire(RUN)).isTrue();
    assertThat(first.acquire(RUN)).isFalse();
    assertThat(second.acquire(RUN)).isFalse();
    assertThat(second.holder(RUN)).contains("first");
    assertThat(second.whileHeld(RUN, () -> {})).isFalse();

    // When
    first.release(RUN);

    // Then
    assertThat(second.holder(RUN)).isEmpty();
    assertThat(second.acquire(RUN)).isTrue();
    assertThat(first.acquire(RUN)).isFalse();
  }

  @Test
  void aTrainerThatCannotTrainDoesNotRenewItsLeaseAndLosesItToAnother() throws Exception {
    // Given
    StopSignal stop = new StopSignal();
    CountDownLatch raised = new CountDownLatch(1);
    stop.onRaise(raised::countDown);
    assertThat(first.acquire(RUN)).isTrue();
    first.raiseWhenLost(RUN, stop);
    while (lease().renewals() == 0) {
      assertThat(second.acquire(RUN)).isFalse();
      TimeUnit.MILLISECONDS.sleep(200);
    }

    // When
    isConnected = false;
    while (!second.acquire(RUN)) {
      TimeUnit.MILLISECONDS.sleep(200);
    }

    // Then
    assertThat(lease().trainer()).isEqualTo("second");
    assertThat(raised.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(stop.reason()).isEqualTo(StopSignal.Reason.TAKEN_OVER);
    assertThatThrownBy(() -> first.requireHeld(RUN))
        .isInstanceOf(TakenOverException.class)
        .hasMessageContaining("taken over by trainer second");
    first.release(RUN);
    assertThat(lease().isHeld()).isTrue();
  }

  private LeaseRecord lease() {
    return store.leases().observe(RUN).lease().orElseThrow();
  }

  private RunLeases leases(String trainer) {
    return new RunLeases(
        store.leases(),
        trainer,
        () -> null,
        () -> isConnected,
        address -> TrainerProbe.Answer.NONE,
        Clock.systemUTC());
  }
}
