package deepspeech.trainer.training;

import deepspeech.acoustic.model.StepResult;
import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.console.TrainLine;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.run.Position;
import deepspeech.trainer.training.Stopwatch.Activity;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Trains one run from a position to its last epoch, until its test results end it early, or until
 * it is stopped. Reports progress every {@code log_interval} batches. Commits a checkpoint every
 * {@code checkpoint_interval} batches and at the end of each epoch.
 */
public final class TrainingRun {
  /** The number of consecutive skipped steps that fails the run. */
  public static final int MOST_SKIPPED_IN_A_ROW = 10;

  /**
   * How a run ended that did not fail.
   *
   * @param finished false if it ended by the stop signal. If anything was trained, there is a
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
  private final Clock clock;
  private final CountedTests tests;
  private final SkippedUtteranceCounter skippedUtterances;
  private final Stopwatch stopwatch = new Stopwatch(System::nanoTime);

  private LearningRateSchedule learningRates;
  private int epoch;
  private int batch;
  private long step;
  private long skippedSteps;
  private int skippedInARow;
  private int recomputedSteps;
  private int usedInEpoch;
  private int skippedUtterancesInEpoch;
  private int batchesSinceReport;
  private int samplesSinceReport;
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
    this.clock = clock;
    this.tests = new CountedTests(setup, scores);
    this.learningRates = setup.learningRates();
    Optional<TrainingState> resumed = setup.resumed();
    this.skippedUtterances =
        new SkippedUtteranceCounter(
            data.skipped(),
            resumed
                .filter(state -> state.fingerprint().equals(data.fingerprint()))
                .map(TrainingState::skippedUtterances));
    this.lastCheckpoint = resumed.map(TrainingState::checkpoint);
    this.epoch = setup.firstEpoch();
    this.batch = setup.firstBatch();
    this.step = setup.stepsBefore();
    Optional<TrainingCounters> counted = resumed.map(TrainingState::counters);
    this.skippedSteps = counted.map(TrainingCounters::skippedSteps).orElse(0L);
    this.skippedInARow = counted.map(TrainingCounters::skippedInARow).orElse(0);
    this.usedInEpoch = counted.map(TrainingCounters::usedInEpoch).orElse(0);
    this.skippedUtterancesInEpoch =
        counted.map(TrainingCounters::skippedUtterancesInEpoch).orElse(0);
  }

  /**
   * Trains on the calling thread.
   *
   * @throws RunFailedException if the run cannot continue
   */
  public Outcome train() throws InterruptedException {
    reportSkipped(skippedUtterances.counts());
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

  /** Returns the current position of the run. */
  public Position position() {
    // After the last epoch the position stays in it, with all its batches done.
    boolean over = epoch > configuration.numEpoch() || earlyEnd.isPresent();
    int shown = over ? epoch - 1 : epoch;
    int count = data.batches()[shown - 1];
    return new Position(shown, over ? count : batch, count, step);
  }

  /** Returns the number of skipped utterances so far, each counted once, by reason. */
  public Map<SkipReason, Integer> skippedUtterances() {
    return skippedUtterances.counts();
  }

  private void reportSkipped(Map<SkipReason, Integer> counts) {
    if (!counts.isEmpty()) {
      observer.skippedUtterances(counts, position());
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
      if (stop.isRaised()) {
        return false;
      }
      stopwatch.begin(Activity.WAITING);
      FeatureBatch next = batches.next();
      stopwatch.begin(Activity.OTHER);
      if (next == null) {
        return false;
      }
      train(next);
      if (batch < batchCount && batch % configuration.checkpointInterval() == 0) {
        checkpointMidEpoch();
      }
    }
    if (usedInEpoch == 0) {
      throw new RunFailedException(
          "epoch %d: no usable utterance among %d in %s; the topic deepspeech.dead-letters gives the reasons"
              .formatted(epoch, skippedUtterancesInEpoch, configuration.trainManifest()));
    }
    if (epoch == configuration.numEpoch()) {
      requireTrained();
    }
    usedInEpoch = 0;
    skippedUtterancesInEpoch = 0;
    commit(CheckpointId.endOfEpoch(epoch));
    epoch++;
    batch = 0;
    return true;
  }

  private void requireTrained() {
    if (step == 0) {
      throw new RunFailedException(
          "nothing was trained: all %d steps were skipped, because loss or gradient was not finite; %s"
              .formatted(skippedSteps, remedy()));
    }
  }

  private void train(FeatureBatch next) {
    skippedUtterancesInEpoch += next.skipped().size();
    usedInEpoch += next.size();
    samplesSinceReport += next.size();
    batchesSinceReport++;
    int trained = batch;
    batch++;
    reportSkipped(skippedUtterances.add(next.skipped()));
    if (next.size() == 0) {
      return;
    }
    double learningRate = learningRates.at(epoch, trained);
    stopwatch.begin(Activity.COMPUTING);
    StepResult result = model.step(next, learningRate);
    stopwatch.begin(Activity.OTHER);
    if (result.recomputed()) {
      recomputedSteps++;
    }
    if (result.skipped()) {
      skippedSteps++;
      skippedInARow++;
      observer.skipped(position(), skippedInARow);
      if (skippedInARow >= MOST_SKIPPED_IN_A_ROW) {
        throw new RunFailedException(
            "epoch %d, batch %d: loss or gradient was not finite %d times in a row; %s"
                .formatted(epoch, trained, skippedInARow, remedy()));
      }
    } else {
      step++;
      skippedInARow = 0;
    }
    if (trained % configuration.logInterval() == 0) {
      report(trained, learningRate, result);
    }
  }

  private String remedy() {
    return "try a smaller learning_rate than %s".formatted(configuration.learningRate());
  }

  private void report(int trained, double learningRate, StepResult result) {
    double seconds = Math.max(1e-9, stopwatch.elapsed().toNanos() / 1e9);
    TrainLine line =
        new TrainLine(
            LocalDateTime.now(clock),
            epoch,
            configuration.numEpoch(),
            trained,
            data.batches()[epoch - 1],
            learningRate,
            result.meanLoss(),
            Eta.of(stopwatch.elapsed(), batchesSinceReport, batchesLeft()));
    observer.trained(
        new StepReport(
            line,
            position(),
            result.gradientNorm(),
            samplesSinceReport / seconds,
            stopwatch.shares(),
            skippedSteps,
            result.skipped(),
            recomputedSteps,
            skippedUtterancesInEpoch));
    stopwatch.reset();
    batchesSinceReport = 0;
    samplesSinceReport = 0;
  }

  private long batchesLeft() {
    long all =
        Arrays.stream(data.batches(), epoch - 1, configuration.numEpoch()).asLongStream().sum();
    return all - batch;
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
            new TrainingCounters(
                step,
                skippedSteps,
                skippedInARow,
                usedInEpoch,
                skippedUtterancesInEpoch,
                skippedUtterances.soFar(),
                tests.plateau(),
                tests.earlyStop()),
            setup.devices(),
            setup.shape(),
            configuration,
            data.version(),
            TrainingRecipe.CURRENT));
    stopwatch.begin(Activity.OTHER);
    lastCheckpoint = Optional.of(id);
  }
}
