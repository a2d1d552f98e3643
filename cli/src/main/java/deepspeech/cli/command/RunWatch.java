package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.cli.progress.RunFollower;
import deepspeech.cli.progress.RunProgress;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Prints the progress of a run until the run ends. */
final class RunWatch {
  private static final Duration TEST_PATIENCE = Duration.ofMinutes(3);
  private static final int FAILED = 1;

  /** Tells a job that its run did not finish. Picocli uses 2 for a wrong command line. */
  private static final int STOPPED = 3;

  private final Context context;
  private final BrokerConfiguration broker;

  RunWatch(Context context, BrokerConfiguration broker) {
    this.context = context;
    this.broker = broker;
  }

  /**
   * Watches a run.
   *
   * @return exit status: 0 if the run finished, 1 if it failed or was rejected, 3 if it was stopped
   */
  int watch(RunId run) throws InterruptedException {
    RunProgress progress = follow(run, Optional::empty);
    progress.best().ifPresent(best -> context.show(BestModel.line(best)));
    return progress.state().map(state -> exitStatus(state.status())).orElse(0);
  }

  private static int exitStatus(RunStatus status) {
    return switch (status) {
      case FAILED, REJECTED -> FAILED;
      case STOPPED -> STOPPED;
      default -> 0;
    };
  }

  /** Prints the lines of a run until it ends, and returns its progress. */
  RunProgress follow(RunId run, Supplier<Optional<String>> interruption)
      throws InterruptedException {
    return follow(run, interruption, checkpoint -> {});
  }

  /**
   * Prints the lines of a run until it ends, passes the events of its checkpoints to a consumer,
   * and returns its progress.
   */
  RunProgress follow(
      RunId run, Supplier<Optional<String>> interruption, Consumer<CheckpointCommitted> checkpoints)
      throws InterruptedException {
    RunProgress progress =
        new RunProgress(run, context.clock().getZone(), context::show, checkpoints);
    new RunFollower(broker, TEST_PATIENCE, context::note).follow(progress, interruption);
    progress.summarise();
    return progress;
  }
}
