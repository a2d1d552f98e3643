package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class RunWorkerTest {
  private static final RunId FIRST = new RunId("first");
  private static final RunId SECOND = new RunId("second");

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final BlockingQueue<String> conducted = new LinkedBlockingQueue<>();
  private final Pool pool = new Pool();

  @Test
  void runsAreConductedOneAtATimeInTheOrderInWhichTheyCame() throws Exception {
    // Given
    CountDownLatch mayEnd = new CountDownLatch(1);
    RunRegistry registry = registry(List.of());
    registry.put(state(FIRST, RunStatus.ACCEPTED, 1));
    registry.put(state(SECOND, RunStatus.ACCEPTED, 2));
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              conducted.add(run.value());
              mayEnd.await();
              end(registry, run);
            });

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    assertThat(conducted.poll(200, TimeUnit.MILLISECONDS)).isNull();
    mayEnd.countDown();
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    worker.shutDown(GRACE);
  }

  @Test
  void aRunOfAHigherPriorityIsConductedBeforeOneThatWaitsLonger() throws Exception {
    // Given
    RunRegistry registry = registry(List.of());
    registry.put(state(FIRST, RunStatus.ACCEPTED, 1));
    registry.put(state(SECOND, RunStatus.ACCEPTED, 2).queued(1, null, Instant.ofEpochSecond(2)));
    RunWorker worker = workerThatEndsRuns(registry);

    // When
    worker.enqueue(FIRST);
    worker.enqueue(SECOND);
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    worker.shutDown(GRACE);
  }

  @Test
  void aRunIsConductedInTheTraceOfTheCommandThatLedToIt() throws Exception {
    // Given
    ContextKey<String> key = ContextKey.named("command");
    RunRegistry registry = registry(List.of());
    registry.put(state(FIRST, RunStatus.ACCEPTED, 1));
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              conducted.add(run + " " + Context.current().get(key));
              end(registry, run);
            });

    // When
    Context.root().with(key, "of the command").wrap(() -> worker.enqueue(FIRST)).run();
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first of the command");
    worker.shutDown(GRACE);
  }

  @Test
  void anAbandonedRunIsConductedBeforeThoseThatWait() throws Exception {
    // Given
    RunRegistry registry =
        registry(
            List.of(
                state(FIRST, RunStatus.ACCEPTED, 1),
                state(SECOND, RunStatus.RUNNING, 2)
                    .withTrainer("trainer-b", Instant.ofEpochSecond(2))));
    RunWorker worker = workerThatEndsRuns(registry);

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    worker.shutDown(GRACE);
  }

  @Test
  void aRunStoppedWhileItWaitedIsNotConducted() throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.STOPPED, 1)));
    registry.put(state(SECOND, RunStatus.ACCEPTED, 2));
    RunWorker worker = workerThatEndsRuns(registry);
    worker.enqueue(FIRST);

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    worker.shutDown(GRACE);
  }

  @Test
  void aStopReachesTheRunUnderWayAndNoOther() throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.ACCEPTED, 1)));
    CountDownLatch raised = new CountDownLatch(1);
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              stop.onRaise(raised::countDown);
              conducted.add(run.value());
              raised.await();
              conducted.add(String.valueOf(stop.reason()));
              end(registry, run);
            });
    worker.start();
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");

    // When
    worker.stop(SECOND, () -> conducted.add("not under way"));
    worker.stop(FIRST, () -> conducted.add("never"));

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("not under way");
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("COMMAND");
    worker.shutDown(GRACE);
  }

  @Test
  void shuttingDownWaitsForTheRunUnderWayAndLeavesItUnfinished() throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.RUNNING, 1)));
    CountDownLatch raised = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              stop.onRaise(raised::countDown);
              begun.countDown();
              raised.await();
              conducted.add(String.valueOf(stop.reason()));
            });
    worker.start();
    begun.await();

    // When
    worker.shutDown(GRACE);

    // Then
    assertThat(conducted).containsExactly(StopSignal.Reason.SHUTDOWN.name());
    assertThat(registry.unfinished()).hasSize(1);
  }

  @Test
  void shuttingDownDoesNotWaitForARunLongerThanItsGrace() throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.RUNNING, 1)));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch uploaded = new CountDownLatch(1);
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              begun.countDown();
              uploaded.await();
            });
    worker.start();
    begun.await();

    // When
    Optional<RunId> left = worker.shutDown(Duration.ofMillis(50));

    // Then
    assertThat(left).contains(FIRST);
    uploaded.countDown();
  }

  @Test
  void aRunThatEndsInAnUnexpectedErrorHasFailedAndTheNextStarts() throws Exception {
    // Given
    RunRegistry registry =
        registry(
            List.of(state(FIRST, RunStatus.ACCEPTED, 1), state(SECOND, RunStatus.ACCEPTED, 2)));
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              if (run.equals(FIRST)) {
                throw new IllegalStateException("a defect");
              }
              end(registry, run);
              conducted.add(run.value());
            });

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    RunState failed = registry.find(FIRST).orElseThrow();
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.reason()).contains("a defect");
    worker.shutDown(GRACE);
  }

  @ParameterizedTest
  @EnumSource(StopSignal.Reason.class)
  void aStopThatCatchesARunWhileItIsLeftOrBreaksDownEndsItAsStopped(StopSignal.Reason first)
      throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.RUNNING, 1)));
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              stop.raise(first);
              begun.countDown();
              stopped.await();
            });
    worker.start();
    begun.await();

    // When
    worker.stop(FIRST, () -> conducted.add("never"));
    stopped.countDown();
    worker.shutDown(GRACE);

    // Then
    assertThat(conducted).isEmpty();
    assertThat(registry.find(FIRST).orElseThrow().status())
        .isEqualTo(first == StopSignal.Reason.TAKEN_OVER ? RunStatus.RUNNING : RunStatus.STOPPED);
  }

  @Test
  void anErrorInATrainerThatGoesDownLeavesTheRunToTheNextOne() throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.RUNNING, 1)));
    CountDownLatch begun = new CountDownLatch(1);
    RunWorker worker =
        new RunWorker(
            registry,
            pool,
            (run, stop) -> {
              CountDownLatch raised = new CountDownLatch(1);
              stop.onRaise(raised::countDown);
              begun.countDown();
              raised.await();
              throw new IllegalStateException("Cannot perform operation after producer is closed");
            });
    worker.start();
    begun.await();

    // When
    worker.shutDown(GRACE);

    // Then
    assertThat(registry.find(FIRST).orElseThrow()).isEqualTo(state(FIRST, RunStatus.RUNNING, 1));
  }

  @Test
  void aRunThatAnotherTrainerHasIsLeftAloneUntilThatTrainerHasDied() throws Exception {
    // Given
    RunRegistry registry =
        registry(List.of(state(FIRST, RunStatus.RUNNING, 1), state(SECOND, RunStatus.ACCEPTED, 2)));
    pool.elsewhere.add(FIRST);
    RunWorker worker = workerThatEndsRuns(registry);

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    assertThat(conducted.poll(200, TimeUnit.MILLISECONDS)).isNull();

    // When
    pool.elsewhere.clear();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    worker.shutDown(GRACE);
    assertThat(pool.held).isEmpty();
  }

  @Test
  void aRunThatWaitsIsNotTakenWhileTheTrainerOfAnotherRunMayHaveDied() throws Exception {
    // Given
    RunRegistry registry = registry(List.of());
    Instant since = Instant.ofEpochSecond(1);
    registry.put(state(FIRST, RunStatus.RUNNING, 1).withTrainer("trainer-b", since));
    registry.put(state(SECOND, RunStatus.ACCEPTED, 2));
    pool.elsewhere.add(FIRST);
    pool.undecided.add(FIRST);
    RunWorker worker = workerThatEndsRuns(registry);

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(200, TimeUnit.MILLISECONDS)).isNull();

    // When
    pool.undecided.remove(FIRST);
    pool.elsewhere.remove(FIRST);

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    worker.shutDown(GRACE);
  }

  @Test
  void aRunWhoseTrainerHasDiedIsTakenWhileThatOfAnotherOneIsNotKnownToLive() throws Exception {
    // Given
    RunRegistry registry = registry(List.of());
    Instant since = Instant.ofEpochSecond(1);
    registry.put(state(FIRST, RunStatus.RUNNING, 1).withTrainer("trainer-b", since));
    registry.put(state(SECOND, RunStatus.RUNNING, 2).withTrainer("trainer-c", since));
    pool.elsewhere.add(FIRST);
    pool.undecided.add(FIRST);
    RunWorker worker = workerThatEndsRuns(registry);

    // When
    worker.start();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
    worker.shutDown(GRACE);
  }

  @Test
  void aRunThatIsQueuedWhileTheWorkerIsIdleBeginsAtOnce() throws Exception {
    // Given
    RunRegistry registry = registry(List.of());
    RunWorker worker = workerThatEndsRuns(registry);
    worker.start();

    // When
    registry.put(state(FIRST, RunStatus.ACCEPTED, 1));
    worker.wake();

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    worker.shutDown(GRACE);
  }

  @Test
  void aStoreThatFailsDelaysTheNextRunAndEndsNothing() throws Exception {
    // Given
    RunRegistry registry = registry(List.of(state(FIRST, RunStatus.ACCEPTED, 1)));
    pool.failure = new CheckpointStoreException("no answer");
    RunWorker worker = workerThatEndsRuns(registry);
    worker.start();
    assertThat(conducted.poll(200, TimeUnit.MILLISECONDS)).isNull();

    // When
    pool.failure = null;

    // Then
    assertThat(conducted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    worker.shutDown(GRACE);
  }

  @Test
  @Timeout(60)
  void eachRunThatCannotBeTakenIsReportedOnce() throws Exception {
    // Given
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler handler = new LineCollector(lines);
    Logger logger = Logger.getLogger(RunWorker.class.getName());
    logger.addHandler(handler);
    RunRegistry registry =
        registry(
            List.of(state(FIRST, RunStatus.ACCEPTED, 1), state(SECOND, RunStatus.ACCEPTED, 2)));
    pool.failure = new CheckpointStoreException("denied");
    RunWorker worker = workerThatEndsRuns(registry);

    // When
    worker.start();
    while (pool.attempts.get() < 8) {
      worker.enqueue(FIRST);
      TimeUnit.MILLISECONDS.sleep(10);
    }
    worker.shutDown(GRACE);
    logger.removeHandler(handler);

    // Then
    assertThat(lines)
        .filteredOn(line -> line.contains("taken"))
        .containsExactly("run first cannot be taken: denied", "run second cannot be taken: denied");
  }

  private static RunRegistry registry(List<RunState> known) {
    return new RunRegistry(state -> {}, known);
  }

  private RunWorker workerThatEndsRuns(RunRegistry registry) {
    return new RunWorker(
        registry,
        pool,
        (run, stop) -> {
          end(registry, run);
          conducted.add(run.value());
        });
  }

  private static void end(RunRegistry registry, RunId run) {
    registry.change(run, s -> s.withStatus(RunStatus.FINISHED, Instant.EPOCH));
  }

  private static RunState state(RunId run, RunStatus status, long second) {
    return RunState.accepted(run, TrainingConfiguration.defaults(), Instant.ofEpochSecond(second))
        .withStatus(status, Instant.ofEpochSecond(second))
        .withPosition(new Position(1, 0, 0, 0), Instant.ofEpochSecond(second));
  }

  /** The runs that this trainer holds, and those that others have. */
  private static final class Pool implements RunOwnership {
    private final Set<RunId> elsewhere = ConcurrentHashMap.newKeySet();
    private final Set<RunId> held = ConcurrentHashMap.newKeySet();
    private final Set<RunId> undecided = ConcurrentHashMap.newKeySet();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile RuntimeException failure;

    @Override
    public void refresh() {}

    @Override
    public boolean take(RunId run) {
      attempts.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
      return !elsewhere.contains(run) && held.add(run);
    }

    @Override
    public boolean isUndecided(RunId run) {
      return undecided.contains(run);
    }

    @Override
    public void release(RunId run) {
      held.remove(run);
    }
  }

  /** Collects what is logged. */
  private static final class LineCollector extends Handler {
    private final List<String> lines;

    private LineCollector(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord entry) {
      lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
