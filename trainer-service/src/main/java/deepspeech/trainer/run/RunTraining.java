package deepspeech.trainer.run;

import deepspeech.broker.trace.Tracing;
import deepspeech.messages.configuration.TestDependence;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.checkpoint.BackgroundCheckpoints;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.CheckpointWriter;
import deepspeech.trainer.progress.ProgressReporter;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TracedTraining;
import deepspeech.trainer.training.TrainingRun;
import deepspeech.trainer.training.TrainingSetup;
import deepspeech.trainer.training.TrainingState;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Trains a prepared run, and publishes its progress and its checkpoints. */
final class RunTraining {
  /** Of a wait for a test. */
  private static final Duration UNTIL_WARNING = Duration.ofSeconds(30);

  private final RunJournal journal;
  private final CheckpointAccess access;
  private final CheckpointAnnouncer announcer;
  private final RunRecovery recovery;
  private final Supplier<Map<String, Long>> sharedLag;
  private final Consumer<String> console;
  private final Tracing tracing;

  /**
   * Creates the step.
   *
   * @param sharedLag returns the number of unprocessed messages of each shared topic; must not
   *     block
   */
  RunTraining(
      RunJournal journal,
      CheckpointAccess access,
      Supplier<Map<String, Long>> sharedLag,
      Consumer<String> console,
      Tracing tracing) {
    this.journal = journal;
    this.access = access;
    this.announcer = new CheckpointAnnouncer(journal, access);
    this.recovery = new RunRecovery(journal, announcer);
    this.sharedLag = sharedLag;
    this.console = console;
    this.tracing = tracing;
  }

  /**
   * Trains until the last epoch, an early end or until the signal is raised.
   *
   * @throws RunFailedException if the run cannot continue
   */
  TrainingRun.Outcome train(PreparedRun prepared, TrainingData data, StopSignal stop)
      throws InterruptedException {
    TrainingSetup setup = prepared.setup();
    RunId run = setup.run();
    try (BackgroundCheckpoints checkpoints = checkpoints(prepared)) {
      TracedTraining traced =
          new TracedTraining(
              tracing, data, new PreparedModel(prepared), checkpoints, setup.stepsBefore());
      TrainingRun training =
          new TrainingRun(
              setup,
              traced,
              data,
              traced,
              tests(setup, stop),
              reporter(prepared, data),
              stop,
              journal.clock());
      recovery.join(prepared, training.skippedUtterances());
      changeToRunning(prepared, training);
      data.begin(setup.data(), setup.firstEpoch(), setup.firstBatch());
      // A span that lasts for days would be lost with the process. The run's span ends here; the
      // spans of batches name the run.
      Span.current().end();
      TrainingRun.Outcome outcome = training.train();
      journal.leases().requireHeld(run);
      journal.changePosition(run, training.position(), training.skippedUtterances());
      return outcome;
    }
  }

  private AwaitedTests tests(TrainingSetup setup, StopSignal stop) {
    return new AwaitedTests(
        setup.run(),
        TestDependence.of(setup.configuration()),
        access.pendingEvaluations(),
        stop,
        journal.registry(),
        journal.clock(),
        console,
        UNTIL_WARNING);
  }

  private BackgroundCheckpoints checkpoints(PreparedRun prepared) {
    TrainingSetup setup = prepared.setup();
    CheckpointWriter writer =
        new CheckpointWriter(
            setup.data(), prepared.provenance(), access.store(), access.workDirectory(), tracing);
    return new BackgroundCheckpoints(
        setup.run(),
        prepared.model(),
        prepared.epochs(),
        new LeasedCommitter(
            setup.configuration(), writer, access.store(), journal, announcer, tracing),
        tracing);
  }

  private ProgressReporter reporter(PreparedRun prepared, TrainingData data) {
    RunId run = prepared.setup().run();
    return new ProgressReporter(
        run,
        console,
        journal.events()::metric,
        (position, skipped) -> journal.changePosition(run, position, skipped),
        steps ->
            RunWarnings.replace(
                journal.registry(),
                journal.clock(),
                run,
                DryRun.RECOMPUTED,
                prepared.dryRun().recomputation(steps)),
        () -> lag(run, data),
        journal.clock());
  }

  private Map<String, Long> lag(RunId run, TrainingData data) {
    Map<String, Long> lag = new TreeMap<>(sharedLag.get());
    lag.put(Topics.featuresName(run, Split.TRAIN), (long) data.ready());
    return lag;
  }

  private void changeToRunning(PreparedRun prepared, TrainingRun training) {
    TrainingSetup setup = prepared.setup();
    RunId run = setup.run();
    Instant now = journal.now(run);
    Optional<CheckpointId> resumedFrom =
        setup.resumed().filter(state -> state.run().equals(run)).map(TrainingState::checkpoint);
    List<CheckpointId> kept = access.store().list(run);
    List<CheckpointId> pinned = access.store().pinned(run);
    journal
        .registry()
        .change(
            run,
            s ->
                s.withStatus(RunStatus.RUNNING, null, now)
                    .withPosition(training.position(), now)
                    .withLastCheckpoint(resumedFrom.orElse(s.lastCheckpoint()), now)
                    .withCheckpoints(kept, now)
                    .withPinned(s.pinned() == null ? pinned : s.pinned(), now)
                    .withData(setup.data().utterances(), prepared.warnings(), now)
                    .withSkipped(training.skippedUtterances(), now));
  }
}
