package deepspeech.trainer.training;

import deepspeech.acoustic.model.BatchResult;
import deepspeech.acoustic.model.StepResult;
import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.run.Position;
import deepspeech.trainer.training.Stopwatch.Activity;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * Trains one run from a position to its last epoch, until its test results end it early, or until
 * it is stopped. Reports progress every {@code log_interval} batches. Commits a checkpoint every
 * {@code checkpoint_interval} batches and at the end of each epoch.
 *
 * <p>Each {@code accumulate_batches} batches of an epoch make one step of the optimiser. Reports
 * and checkpoints come after a step, so no checkpoint has a part of a sum of gradients. A stop does
 * not wait for the other batches of a step: those that were computed are dropped, and computed
 * again when the run resumes from the checkpoint of the last step.
 */
public final class TrainingRun {
  /** The number of consecutive skipped batches that fails the run. */
  public static final int MOST_SKIPPED_IN_A_ROW = 10;

  /**
   * How a run ended that did not fail.
   *
   * @param finished false if it ended by the stop signal. If a step was taken, there is a
   *     checkpoint then, unless another trainer has taken over the run
   * @param earlyEnd why the run finished before its last epoch; empty if it did not
   */
  public record Outcome(boolean finished, Optional<String> earlyEnd) {
    static final Outcome FINISHED = new Outcome(true, Optional.empty());
    static final Outcome INTERRUPTED = new Outcome(false, Optional.empty());
  }

  private final TrainingSetup setup;
  private final TrainingConfiguration configuration;
  private final DataSetDescription data;
  private final Model model;
  private final BatchSource batches;
  private final CheckpointSink checkpoints;
  private final TrainingObserver observer;
  private final StopSignal stop;
  private final CountedTests tests;
  private final RunCounts counts;
  private final Stopwatch stopwatch = new Stopwatch(System::nanoTime);
  private final StepReports reports;

  private LearningRateSchedule learningRates;
  private int epoch;
  private int batch;
  private Optional<String> earlyEnd = Optional.empty();
  private Optional<CheckpointId> lastCheckpoint;

  /**
   * Prepares a run that begins or resumes.
   *
   * @param scores the results of the tests of the checkpoints
   */
  public TrainingRun(
      TrainingSetup setup,
      Model model,
      BatchSource batches,
      CheckpointSink checkpoints,
      TestScores scores,
      TrainingObserver observer,
      StopSignal stop,
      Clock clock) {
    this.setup = setup;
    this.configuration = setup.configuration();
    this.data = setup.data();
    this.model = model;
    this.batches = batches;
    this.checkpoints = checkpoints;
    this.observer = observer;
    this.stop = stop;
    this.tests = new CountedTests(setup, scores);
    this.counts = new RunCounts(data, setup.resumed());
    this.reports = new StepReports(data, configuration.numEpoch(), stopwatch, clock);
    this.learningRates = setup.learningRates();
    this.lastCheckpoint = setup.resumed().map(TrainingState::checkpoint);
    this.epoch = setup.firstEpoch();
    this.batch = setup.firstBatch();
  }

  /**
   * Trains on the calling thread.
   *
   * @throws RunFailedException if the run cannot continue
   */
  public Outcome train() throws InterruptedException {
    reportSkipped(counts.skippedUtterances());
    while (epoch <= configuration.numEpoch()) {
      if (!awaitTests()) {
        return interrupted();
      }
      // A smaller patience, which a resume inside an epoch brings, lets that epoch end.
      earlyEnd =
          batch == 0 ? tests.earlyEnd(epoch - 1, configuration.numEpoch()) : Optional.empty();
      if (earlyEnd.isPresent()) {
        requireTrained();
        break;
      }
      if (!trainEpoch()) {
        return interrupted();
      }
    }
    checkpoints.awaitCommitted();
    return new Outcome(true, earlyEnd);
  }

  private Outcome interrupted() throws InterruptedException {
    if (stop.reason() != StopSignal.Reason.TAKEN_OVER) {
      checkpointMidEpoch();
      checkpoints.awaitCommitted();
    }
    return Outcome.INTERRUPTED;
  }

  /** Returns the position of the run after its last step. */
  public Position position() {
    // After the last epoch the position stays in it, with all its batches done.
    boolean over = epoch > configuration.numEpoch() || earlyEnd.isPresent();
    int shown = over ? epoch - 1 : epoch;
    int count = data.batches()[shown - 1];
    return new Position(shown, over ? count : batch, count, counts.step());
  }

  /** Returns the number of skipped utterances so far, each counted once, by reason. */
  public Map<SkipReason, Integer> skippedUtterances() {
    return counts.skippedUtterances();
  }

  private void reportSkipped(Map<SkipReason, Integer> changed) {
    if (!changed.isEmpty()) {
      observer.skippedUtterances(changed, position());
    }
  }

  /** Waits for the test results that the epoch uses. Returns false if the run was stopped. */
  private boolean awaitTests() throws InterruptedException {
    stopwatch.begin(Activity.WAITING);
    try {
      tests.begin(epoch);
      learningRates = learningRates.reduced(tests.reductions());
    } catch (RunStoppedException e) {
      return false;
    }
    stopwatch.begin(Activity.OTHER);
    return true;
  }

  /** Returns false if the run was stopped. */
  private boolean trainEpoch() throws InterruptedException {
    int batchCount = data.batches()[epoch - 1];
    while (batch < batchCount) {
      BatchGroup group = BatchGroup.from(batch, configuration.accumulateBatches(), batchCount);
      if (!trainOrDiscard(group)) {
        return false;
      }
      if (batch < batchCount && group.completesMultipleOf(configuration.checkpointInterval())) {
        checkpointMidEpoch();
      }
    }
    if (counts.usedInEpoch() == 0) {
      throw new RunFailedException(
          "epoch %d: no usable utterance among %d in %s; the topic deepspeech.dead-letters gives the reasons"
              .formatted(epoch, counts.skippedUtterancesInEpoch(), configuration.trainManifest()));
    }
    if (epoch == configuration.numEpoch()) {
      requireTrained();
    }
    counts.endEpoch();
    commit(CheckpointId.endOfEpoch(epoch));
    epoch++;
    batch = 0;
    return true;
  }

  private void requireTrained() {
    if (counts.step() == 0) {
      throw new RunFailedException(
          "nothing was trained: all %d batches were skipped, because loss or gradient was not finite; %s"
              .formatted(counts.skippedSteps(), remedy()));
    }
  }

  /** The same as {@link #train(BatchGroup)}. If no step is taken, the model has no batch of it. */
  private boolean trainOrDiscard(BatchGroup group) throws InterruptedException {
    boolean trained = false;
    try {
      trained = train(group);
      return trained;
    } finally {
      if (!trained) {
        model.discard();
      }
    }
  }

  /** Returns false if the run was stopped before the step. */
  private boolean train(BatchGroup group) throws InterruptedException {
    OpenStep open = new OpenStep(counts.skippedInARow());
    for (int number = group.first(); number < group.end(); number++) {
      Optional<FeatureBatch> next = nextBatch();
      if (next.isEmpty()) {
        return false;
      }
      open.received(next.get());
      if (next.get().size() > 0) {
        compute(next.get(), number, open);
      }
    }
    batch = group.end();
    reports.add(group.size(), open.utterances());
    reportSkipped(counts.utterances(open));
    if (!open.isEmpty()) {
      step(group, open);
    }
    return true;
  }

  /** Waits for the next batch. Returns none if the run was stopped. */
  private Optional<FeatureBatch> nextBatch() throws InterruptedException {
    if (stop.isRaised()) {
      return Optional.empty();
    }
    stopwatch.begin(Activity.WAITING);
    Optional<FeatureBatch> next = Optional.ofNullable(batches.next());
    stopwatch.begin(Activity.OTHER);
    return next;
  }

  private void compute(FeatureBatch next, int number, OpenStep open) {
    stopwatch.begin(Activity.COMPUTING);
    BatchResult result =
        model.add(next, () -> batches.peek().filter(upcoming -> upcoming.size() > 0));
    stopwatch.begin(Activity.OTHER);
    open.computed(result);
    if (result.skipped() && !result.overflowed()) {
      skipped(number, open);
    }
  }

  private void step(BatchGroup group, OpenStep open) {
    double learningRate =
        learningRates.at(epoch, group.first() / configuration.accumulateBatches());
    stopwatch.begin(Activity.COMPUTING);
    StepResult result = model.step(learningRate);
    stopwatch.begin(Activity.OTHER);
    if (result.skipped() && !open.isSkipped()) {
      open.skippedAsAWhole();
      skipped(group.end() - 1, open);
    }
    counts.step(open);
    if (group.hasMultipleOf(configuration.logInterval())) {
      observer.trained(reports.of(position(), learningRate, result, counts));
    }
  }

  private void skipped(int number, OpenStep open) {
    int count = data.batches()[epoch - 1];
    observer.skipped(new Position(epoch, number + 1, count, counts.step()), open.skippedInARow());
    if (open.skippedInARow() >= MOST_SKIPPED_IN_A_ROW) {
      throw new RunFailedException(
          "epoch %d, batch %d: loss or gradient was not finite %d times in a row; %s"
              .formatted(epoch, number, open.skippedInARow(), remedy()));
    }
  }

  private String remedy() {
    return "try a smaller learning_rate than %s".formatted(configuration.learningRate());
  }

  /**
   * Commits a checkpoint of the current position, unless one exists or nothing of the epoch was
   * trained.
   */
  private void checkpointMidEpoch() throws InterruptedException {
    if (batch > 0) {
      commit(new CheckpointId(epoch, batch));
    }
  }

  private void commit(CheckpointId id) throws InterruptedException {
    if (lastCheckpoint.filter(id::equals).isPresent()) {
      return;
    }
    stopwatch.begin(Activity.CHECKPOINT);
    checkpoints.commit(
        new TrainingState(
            setup.run(),
            id,
            counts.toRecord(tests),
            setup.devices(),
            setup.shape(),
            configuration,
            data.version(),
            TrainingRecipe.CURRENT));
    stopwatch.begin(Activity.OTHER);
    lastCheckpoint = Optional.of(id);
  }
}
