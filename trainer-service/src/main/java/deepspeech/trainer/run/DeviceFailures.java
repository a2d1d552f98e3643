package deepspeech.trainer.run;

import deepspeech.acoustic.model.DeviceFailure;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process after a failure of a GPU that leaves no GPU usable for it: every further run
 * would fail too. The run in progress is left to the next trainer, which may be this one after its
 * restart, and has a warning. If a GPU fails again at the same step, which the data or the program
 * may cause, the run fails, so that it does not end one trainer after another.
 */
public final class DeviceFailures implements RunWorker.Conductor {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceFailures.class);

  private final RunWorker.Conductor conductor;
  private final RunRegistry registry;
  private final Clock clock;
  private final Consumer<String> endProcess;

  /**
   * Watches over a conductor.
   *
   * @param registry the states of all runs
   * @param endProcess ends the process, saying why in the given line; returns at once
   */
  public DeviceFailures(
      RunWorker.Conductor conductor,
      RunRegistry registry,
      Clock clock,
      Consumer<String> endProcess) {
    this.conductor = conductor;
    this.registry = registry;
    this.clock = clock;
    this.endProcess = endProcess;
  }

  /**
   * Trains a run.
   *
   * @throws InterruptedException also after such a failure, so that no further run is taken
   */
  @Override
  public void conduct(RunId run, StopSignal stop) throws InterruptedException {
    try {
      conductor.conduct(run, stop);
    } catch (RuntimeException e) {
      Optional<String> reason = DeviceFailure.of(e);
      if (reason.isEmpty()) {
        throw e;
      }
      LOG.debug("run {}: a device failed", run, e);
      endProcess.accept(
          e instanceof TakenOverException
              ? takenOver(run, reason.get())
              : record(run, reason.get()));
      throw new InterruptedException(reason.get());
    }
  }

  /** Records the failure in the state of the run, and returns what happens to the run. */
  private String record(RunId run, String reason) {
    RunState state = registry.find(run).orElseThrow();
    long step = state.position() == null ? 0 : state.position().step();
    String failure = "a GPU failed after step %d: %s".formatted(step, reason);
    boolean again = RunWarnings.of(state).contains(failure);
    try {
      registry.change(
          run,
          before ->
              again
                  ? before.withStatus(RunStatus.FAILED, failure + ", twice", clock.instant())
                  : before.withWarnings(withLast(before, failure), clock.instant()));
    } catch (RuntimeException e) {
      LOG.warn("run {}: the failure of the GPU cannot be saved: {}", run, e.toString());
    }
    return "Run %s: %s; %s, and this trainer ends, because it cannot use a GPU any more"
        .formatted(run, failure, again ? "the run fails" : "the run is left to the next trainer");
  }

  /** The state of the run is that of its new holder, so the failure is not recorded there. */
  private static String takenOver(RunId run, String reason) {
    return "Run %s: a GPU failed here: %s; the run stays with the trainer that took it over, and this trainer ends, because it cannot use a GPU any more"
        .formatted(run, reason);
  }

  private static List<String> withLast(RunState state, String warning) {
    List<String> warnings = new ArrayList<>(RunWarnings.of(state));
    warnings.add(warning);
    return warnings;
  }
}
