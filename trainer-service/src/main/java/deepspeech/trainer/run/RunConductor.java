package deepspeech.trainer.run;

import deepspeech.acoustic.model.DeviceFailure;
import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.runtime.logging.LogContext;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.RunStoppedException;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import deepspeech.trainer.training.TrainingRun;
import java.time.Clock;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Conducts one run from the queue to its end: data set, model, training and published state. */
public final class RunConductor implements RunWorker.Conductor {
  private static final Logger LOG = LoggerFactory.getLogger(RunConductor.class);

  private final RunRegistry registry;
  private final RunLeases leases;
  private final BiFunction<RunId, StopSignal, TrainingData> dataOf;
  private final RunPreparation preparation;
  private final RunTraining training;
  private final Predicate<RunState> isForOthers;
  private final Consumer<String> console;
  private final Clock clock;
  private final Tracing tracing;

  /**
   * Conducts runs, one after the other.
   *
   * @param dataOf opens the training data of a run; a raised signal ends its waits
   * @param sharedLag returns the number of unprocessed messages of each shared topic; must not
   *     block
   * @param isForOthers returns true if another trainer may have enough memory for a run that is too
   *     large for this one
   * @param console receives a line or a block of lines per call
   */
  public RunConductor(
      RunJournal journal,
      CheckpointAccess access,
      BiFunction<RunId, StopSignal, TrainingData> dataOf,
      Supplier<Map<String, Long>> sharedLag,
      Predicate<RunState> isForOthers,
      Consumer<String> console,
      Tracing tracing) {
    this.registry = journal.registry();
    this.leases = journal.leases();
    this.dataOf = dataOf;
    this.preparation = new RunPreparation(journal, access, console);
    this.training = new RunTraining(journal, access, sharedLag, console, tracing);
    this.isForOthers = isForOthers;
    this.console = console;
    this.clock = journal.clock();
    this.tracing = tracing;
  }

  /**
   * Trains a run whose lease this trainer has acquired until it ends or the signal is raised, and
   * commits its state. A run that cannot start because of its configuration or data is rejected. A
   * run that cannot continue fails. A run that another trainer has taken over is left unchanged.
   * None of these cases throws an exception.
   *
   * <p>The signal takes effect at any point. A stop command ends the run as stopped. A shutdown
   * leaves the run's state unchanged for the next trainer, even if something fails while this
   * trainer shuts down.
   */
  @Override
  public void conduct(RunId run, StopSignal stop) throws InterruptedException {
    LogContext context = LogContext.of(run);
    try {
      tracing.within(
          tracing.span("begin run").setAttribute(SpanAttributes.RUN, run.toString()),
          () -> {
            conductTraced(run, stop);
            return null;
          });
    } catch (TakenOverException e) {
      console.accept(e.getMessage());
    } catch (RuntimeException e) {
      unlessTakenOver(run, e);
    } finally {
      context.close();
    }
  }

  /** The caller records an unexpected failure in the run's state, which the run's holder writes. */
  private void unlessTakenOver(RunId run, RuntimeException failure) {
    try {
      leases.requireHeld(run);
    } catch (TakenOverException e) {
      LOG.warn("run {} failed unexpectedly after it was taken over", run, failure);
      console.accept(e.getMessage());
      if (DeviceFailure.of(failure).isPresent()) {
        throw new TakenOverException(e.getMessage(), failure);
      }
      return;
    }
    throw failure;
  }

  private void conductTraced(RunId run, StopSignal stop) throws InterruptedException {
    try (TrainingData data = dataOf.apply(run, stop)) {
      End end = end(registry.find(run).orElseThrow(), data, stop);
      // The successor of a suspended trainer reads the data that would be discarded.
      leases.requireHeld(run);
      if (end.status().ended() && end.reason() != null) {
        console.accept("Run %s %s: %s".formatted(run, end.status(), end.reason()));
      }
      if (end.status().ended()) {
        data.discard();
        registry.change(run, s -> s.withStatus(end.status(), end.reason(), clock.instant()));
      } else if (end.reason() != null) {
        console.accept(
            "Run %s waits for a trainer with more memory: %s".formatted(run, end.reason()));
        registry.change(run, s -> s.leftBy(leases.trainer(), clock.instant()));
      } else if (stop.reason() == StopSignal.Reason.PREEMPTED) {
        console.accept(
            "Run %s waits for a trainer, because a run of a higher priority needs this one"
                .formatted(run));
        registry.change(run, s -> s.withoutTrainer(clock.instant()));
      }
    }
  }

  /**
   * The end of a run, or of its time on this trainer.
   *
   * @param reason why the run was rejected, failed or finished before its last epoch, or why it has
   *     to wait for another trainer; null otherwise
   */
  private record End(RunStatus status, String reason) {}

  private End end(RunState accepted, TrainingData data, StopSignal stop)
      throws InterruptedException {
    RunId run = accepted.run();
    try {
      TrainingRun.Outcome outcome = train(accepted, data, stop);
      return outcome.finished()
          ? new End(RunStatus.FINISHED, outcome.earlyEnd().orElse(null))
          : stopped(run, stop);
    } catch (RunStoppedException e) {
      LOG.debug("run {} {}", run, e.getMessage());
      return stopped(run, stop);
    } catch (InsufficientMemoryException e) {
      boolean mayWait = stop.reason() == null || stop.reason() == StopSignal.Reason.PREEMPTED;
      return mayWait && isForOthers.test(registry.find(run).orElseThrow())
          ? new End(status(run), e.getMessage())
          : broken(run, stop, RunStatus.FAILED, e);
    } catch (InvalidMessageException | DataRefusedException e) {
      boolean begun = status(run) == RunStatus.RUNNING;
      return broken(run, stop, begun ? RunStatus.FAILED : RunStatus.REJECTED, e);
    } catch (RunFailedException | CheckpointStoreException | BrokerException e) {
      return broken(run, stop, RunStatus.FAILED, e);
    }
  }

  private End stopped(RunId run, StopSignal stop) {
    return new End(
        stop.reason() == StopSignal.Reason.COMMAND ? RunStatus.STOPPED : status(run), null);
  }

  /**
   * A trainer that shuts down does not mark the run as failed. The next trainer tries the run, and
   * may or may not meet the same failure.
   */
  private End broken(RunId run, StopSignal stop, RunStatus status, RuntimeException failure) {
    if (stop.reason() != StopSignal.Reason.SHUTDOWN) {
      return new End(status, failure.getMessage());
    }
    console.accept(
        "Run %s failed while this trainer was shutting down and is left to the next trainer: %s"
            .formatted(run, failure.getMessage()));
    return stopped(run, stop);
  }

  private RunStatus status(RunId run) {
    return registry.find(run).orElseThrow().status();
  }

  private TrainingRun.Outcome train(RunState accepted, TrainingData data, StopSignal stop)
      throws InterruptedException {
    leases.raiseWhenLost(accepted.run(), stop);
    stop.requireNotRaised();
    try (PreparedRun prepared = preparation.prepare(accepted, data, stop)) {
      return training.train(prepared, data, stop);
    }
  }
}
