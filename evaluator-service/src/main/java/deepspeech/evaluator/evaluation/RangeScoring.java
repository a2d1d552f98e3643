package deepspeech.evaluator.evaluation;

import deepspeech.broker.feed.RequestRefusedException;
import deepspeech.broker.trace.Tracing;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.evaluator.sharing.SharedTest;
import deepspeech.evaluator.sharing.TestRange;
import deepspeech.evaluator.testset.TestSet;
import deepspeech.evaluator.testset.TestSets;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.identity.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the ranges of a checkpoint's test set that this evaluator gets.
 *
 * <p>Not thread-safe.
 */
public final class RangeScoring {
  private static final Logger LOG = LoggerFactory.getLogger(RangeScoring.class);

  private final CheckpointReader checkpoints;
  private final TestSets testSets;
  private final ModelEvaluation modelEvaluation;
  private final TestedEvents tested;
  private final Path workDirectory;
  private final Tracing tracing;

  /**
   * Creates a scoring.
   *
   * @param workDirectory directory for the model under test, which no other process uses
   * @param tracing records the parts of a test in the current trace
   */
  public RangeScoring(
      CheckpointReader checkpoints,
      TestSets testSets,
      ModelEvaluation modelEvaluation,
      TestedEvents tested,
      Path workDirectory,
      Tracing tracing) {
    this.checkpoints = checkpoints;
    this.testSets = testSets;
    this.modelEvaluation = modelEvaluation;
    this.tested = tested;
    this.workDirectory = workDirectory;
    this.tracing = tracing;
  }

  /** Number of transcripts to show. */
  int samples() {
    return modelEvaluation.samples();
  }

  /** Joins the test and scores one range after the other, until none is left for this evaluator. */
  void score(SharedTest test, UntestedCheckpoint untested) throws InterruptedException {
    // The result of a complete test needs neither the test set nor the model.
    if (!test.isComplete() && !score(test, untested, false)) {
      var unused = score(test, untested, true);
    }
  }

  /** True if the result or the dead letter of a checkpoint is published. */
  boolean isTested(UntestedCheckpoint untested) throws InterruptedException {
    return tested.contains(untested.event());
  }

  /**
   * @param again true to describe the test set again
   * @return false if the test set has changed since it was described
   */
  private boolean score(SharedTest test, UntestedCheckpoint untested, boolean again)
      throws InterruptedException {
    CheckpointCommitted checkpoint = untested.checkpoint();
    try (TestSet testSet =
        testSets.open(
            checkpoint.run(),
            checkpoint.test(),
            checkpoint.provenance().files(Split.TEST),
            again)) {
      if (!test.join(testSet.description(), again)) {
        return false;
      }
      scoreRanges(test, untested, testSet);
      return true;
    } catch (RequestRefusedException e) {
      if (again) {
        throw e;
      }
      LOG.info(
          "run {} {}: test repeated, because a file has changed: {}",
          checkpoint.run(),
          checkpoint.checkpoint(),
          e.getMessage());
      return false;
    }
  }

  private void scoreRanges(SharedTest test, UntestedCheckpoint untested, TestSet testSet)
      throws InterruptedException {
    // Another evaluator may have published the result and deleted its record meanwhile.
    if (test.range().isEmpty() || isTested(untested)) {
      return;
    }
    CheckpointCommitted checkpoint = untested.checkpoint();
    Path model =
        tracing.within(
            tracing.span("fetch model"), () -> checkpoints.fetchModel(checkpoint, workDirectory));
    try (ModelEvaluation.LoadedModel loaded = modelEvaluation.load(model)) {
      Optional<TestRange> range = test.range();
      while (range.isPresent()) {
        testSet.select(range.get().from(), range.get().end());
        test.finish(loaded.score(testSet), samples());
        // Another evaluator may have found that the checkpoint cannot be tested.
        range = isTested(untested) ? Optional.empty() : test.range();
      }
    } finally {
      delete(model);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
