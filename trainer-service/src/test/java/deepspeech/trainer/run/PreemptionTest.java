package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PreemptionTest {
  private static final RunId UNDER_WAY = new RunId("under-way");

  private final BlockingQueue<String> left = new LinkedBlockingQueue<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final RunRegistry registry =
      new RunRegistry(
          state -> {},
          List.of(
              RunState.accepted(UNDER_WAY, TrainingConfiguration.defaults(), at(0))
                  .queued(null, null, at(0))
                  .withTrainer("trainer-a", at(1))
                  .withStatus(RunStatus.RUNNING, at(1))));
  private final RunWorker worker =
      new RunWorker(registry, new OnlyRun(), (run, stop) -> trainUntilRaised(stop));
  private Duration clock = Duration.ZERO;
  private boolean canTrain = true;
  private final Preemption preemption =
      new Preemption(registry, worker, (trainer, state) -> canTrain, () -> clock.toNanos());

  @BeforeEach
  void train() throws Exception {
    worker.start();
    begun.await();
  }

  @AfterEach
  void stop() throws Exception {
    worker.shutDown(Duration.ofSeconds(10));
    preemption.close();
  }

  @Test
  void aRunLeavesItsTrainerIfNoIdleTrainerHasTakenTheOtherInTime() throws Exception {
    // Given
    registry.put(waiting("urgent", 1, true));
    preemption.check();

    // When
    clock = clock.plus(Preemption.GRACE);
    preemption.check();

    // Then
    assertThat(left.poll(10, TimeUnit.SECONDS)).isEqualTo("PREEMPTED");
  }

  @Test
  void aRunStaysIfAnIdleTrainerTakesTheOther() throws Exception {
    // Given
    registry.put(waiting("urgent", 1, true));
    preemption.check();

    // When
    registry.change(new RunId("urgent"), state -> state.withTrainer("trainer-b", at(3)));
    clock = clock.plus(Preemption.GRACE);
    preemption.check();
    registry.put(waiting("next", 1, true));
    preemption.check();

    // Then
    assertThat(left.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void aRunStaysIfItsTrainerLacksTheDevicesForTheOther() throws Exception {
    // Given
    canTrain = false;
    registry.put(waiting("urgent", 1, true));
    preemption.check();

    // When
    clock = clock.plus(Preemption.GRACE);
    preemption.check();

    // Then
    assertThat(left.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void aRunStaysIfTheOtherWaitsForItsTurn() throws Exception {
    // Given
    registry.put(waiting("patient", 1, null));
    preemption.check();

    // When
    clock = clock.plus(Preemption.GRACE);
    preemption.check();

    // Then
    assertThat(left.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  private void trainUntilRaised(StopSignal stop) throws InterruptedException {
    CountDownLatch raised = new CountDownLatch(1);
    stop.onRaise(raised::countDown);
    begun.countDown();
    raised.await();
    left.add(stop.reason().name());
  }

  private static RunState waiting(String run, int priority, Boolean preempt) {
    return RunState.accepted(new RunId(run), TrainingConfiguration.defaults(), at(2))
        .queued(priority, preempt, at(2));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  /** Another trainer would take the other runs. */
  private static final class OnlyRun implements RunOwnership {
    @Override
    public void refresh() {}

    @Override
    public boolean take(RunId run) {
      return run.equals(UNDER_WAY);
    }

    @Override
    public boolean isUndecided(RunId run) {
      return false;
    }

    @Override
    public void release(RunId run) {}
  }
}
