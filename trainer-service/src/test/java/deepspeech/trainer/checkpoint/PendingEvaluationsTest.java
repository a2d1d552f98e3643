package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.evaluation.TestErrors;
import deepspeech.messages.evaluation.TestTiming;
import deepspeech.messages.evaluation.TestedCheckpoint;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PendingEvaluationsTest {
  private static final RunId RUN = new RunId("run");
  private static final long SIZE = 1000;

  private final PendingEvaluations pending = new PendingEvaluations(3 * SIZE);

  @Test
  void aCheckpointWaitsFromItsAnnouncementToItsTest() {
    // Given
    pending.announced(checkpoint(1, "weights", SIZE));
    pending.announced(checkpoint(2, "weights", SIZE));

    // When
    pending.tested(evaluation(1, Instant.EPOCH));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(2));
    assertThat(pending.of(new RunId("other"))).isEmpty();
  }

  @Test
  void withoutAnEvaluatorTheNewestWaitThatFitIntoTheBound() {
    // When
    for (int epoch = 1; epoch <= 5; epoch++) {
      pending.announced(checkpoint(epoch, "weights", SIZE));
    }

    // Then
    assertThat(pending.of(RUN))
        .containsExactlyInAnyOrder(
            CheckpointId.endOfEpoch(3), CheckpointId.endOfEpoch(4), CheckpointId.endOfEpoch(5));
  }

  @Test
  void theEndOfAnEpochWaitsLongerThanLaterCheckpointsInsideAnEpoch() {
    // Given
    pending.announced(checkpoint(1, "weights", SIZE));

    // When
    for (int batch = 1; batch <= 5; batch++) {
      pending.announced(insideEpoch(2, batch));
    }

    // Then
    assertThat(pending.of(RUN))
        .containsExactlyInAnyOrder(
            CheckpointId.endOfEpoch(1), new CheckpointId(2, 4), new CheckpointId(2, 5));

    // When
    pending.announced(checkpoint(2, "weights", SIZE));
    pending.announced(checkpoint(3, "weights", SIZE));
    pending.announced(insideEpoch(4, 1));

    // Then
    assertThat(pending.of(RUN))
        .containsExactlyInAnyOrder(
            CheckpointId.endOfEpoch(2), CheckpointId.endOfEpoch(3), new CheckpointId(4, 1));
  }

  @Test
  void theNewestWaitsThoughItAloneIsLargerThanTheBound() {
    // When
    pending.announced(checkpoint(1, "weights", SIZE));
    pending.announced(checkpoint(2, "weights", 9 * SIZE));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(2));
  }

  @Test
  void aTestedCheckpointDoesNotWaitWhenItIsAnnouncedAgain() {
    // Given
    pending.announced(checkpoint(1, "weights", SIZE));
    pending.tested(evaluation(1, Instant.EPOCH));

    // When
    pending.announced(checkpoint(1, "weights", SIZE));

    // Then
    assertThat(pending.of(RUN)).isEmpty();
  }

  @Test
  void otherWeightsUnderTheNameOfATestedCheckpointWait() {
    // Given
    pending.announced(checkpoint(1, "weights", SIZE));
    pending.tested(evaluation(1, Instant.EPOCH));

    // When
    pending.announced(checkpoint(1, "other weights", SIZE));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(1));
  }

  @Test
  void anotherAverageOfTheWeightsOfATestedCheckpointWaits() {
    // Given
    pending.announced(averaged("average"));
    pending.tested(evaluation(1, Instant.EPOCH));

    // When
    pending.announced(averaged("average"));

    // Then
    assertThat(pending.of(RUN)).isEmpty();

    // When
    pending.announced(averaged("other average"));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(1));
  }

  @Test
  void aCheckpointWithoutATestDoesNotWait() {
    // Given
    CheckpointCommitted tested = checkpoint(1, "weights", SIZE);

    // When
    pending.announced(
        CheckpointCommitted.untested(
            RUN, tested.checkpoint(), 1, tested.uri(), tested.files(), tested.time()));

    // Then
    assertThat(pending.of(RUN)).isEmpty();
  }

  @Test
  void aCheckpointThatARunHasGoneBackFromDoesNotWaitAndItsLateTestDoesNotCountForTheReplacedOne() {
    // Given
    Instant back = Instant.EPOCH.plusSeconds(100);
    pending.announced(checkpoint(1, "weights", SIZE));
    pending.announced(checkpoint(2, "weights", SIZE));

    // When
    pending.wentBack(RUN, CheckpointId.endOfEpoch(1), back);

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(1));

    // When
    pending.announced(checkpoint(2, "other weights", SIZE));
    // It took ten seconds.
    pending.tested(evaluation(2, back.plusSeconds(9)));
    pending.tested(evaluation(1, back.plusSeconds(9)));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(2));

    // When
    pending.tested(evaluation(2, back.plusSeconds(11)));

    // Then
    assertThat(pending.of(RUN)).isEmpty();
  }

  @Test
  void theSameWeightsCommittedAgainAfterARunWentBackWaitForTheirTest() {
    // Given
    Instant back = Instant.EPOCH.plusSeconds(100);
    pending.announced(checkpoint(2, "weights", SIZE));
    pending.tested(evaluation(2, Instant.EPOCH));

    // When
    pending.wentBack(RUN, CheckpointId.endOfEpoch(1), back);
    pending.announced(checkpoint(2, "weights", SIZE));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(2));

    // When
    pending.tested(evaluation(2, back.plusSeconds(11)));

    // Then
    assertThat(pending.of(RUN)).isEmpty();
  }

  @Test
  void aCheckpointThatCannotBeTestedDoesNotWaitUnlessItWasReplaced() {
    // Given
    CheckpointCommitted old = checkpoint(1, "weights", SIZE);
    CheckpointCommitted replacement = checkpoint(1, "other weights", SIZE);
    pending.announced(old);
    pending.announced(replacement);

    // When
    pending.untestable(RUN, old.checkpoint(), Optional.of(old));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(1));

    // When
    pending.untestable(RUN, replacement.checkpoint(), Optional.of(replacement));

    // Then
    assertThat(pending.of(RUN)).isEmpty();
  }

  @Test
  void theErrorRateOfATestIsKnownUntilTheRunGoesBackOrOtherWeightsTakeTheName() {
    // Given
    pending.announced(checkpoint(1, "weights", SIZE));
    pending.announced(checkpoint(2, "weights", SIZE));

    // When
    pending.tested(evaluation(1, Instant.EPOCH));
    pending.tested(evaluation(2, Instant.EPOCH));

    // Then
    assertThat(cer(1)).hasValue(0.5);
    assertThat(cer(2)).hasValue(0.5);

    // When
    pending.announced(checkpoint(1, "other weights", SIZE));
    pending.wentBack(RUN, CheckpointId.endOfEpoch(1), Instant.EPOCH.plusSeconds(1));

    // Then
    assertThat(cer(1)).isEmpty();
    assertThat(cer(2)).isEmpty();
  }

  @Test
  void aWaitEndsWithTheTest() throws Exception {
    // Given
    pending.announced(checkpoint(1, "weights", SIZE));
    boolean still = pending.awaitTest(RUN, CheckpointId.endOfEpoch(1), Duration.ofMillis(1));
    Thread evaluator = new Thread(() -> pending.tested(evaluation(1, Instant.EPOCH)));

    // When
    evaluator.start();
    boolean ended = pending.awaitTest(RUN, CheckpointId.endOfEpoch(1), Duration.ofMinutes(5));
    evaluator.join();

    // Then
    assertThat(still).isFalse();
    assertThat(ended).isTrue();
    assertThat(cer(1)).hasValue(0.5);
  }

  @Test
  void aCheckpointThatCannotBeTestedEndsTheWaitWithoutAnErrorRate() throws Exception {
    // Given
    CheckpointCommitted broken = checkpoint(1, "weights", SIZE);
    pending.announced(broken);

    // When
    pending.untestable(RUN, broken.checkpoint(), Optional.of(broken));

    // Then
    assertThat(pending.awaitTest(RUN, broken.checkpoint(), Duration.ofMinutes(5))).isTrue();
    assertThat(cer(1)).isEmpty();
  }

  private OptionalDouble cer(int epoch) {
    return pending.cer(RUN, CheckpointId.endOfEpoch(epoch));
  }

  private static Evaluation evaluation(int epoch, Instant time) {
    return new Evaluation(
        new TestedCheckpoint(RUN, CheckpointId.endOfEpoch(epoch), epoch, 0, epoch),
        new TestErrors(0.5, null, 1, 0, 4, 1, 0, 0),
        List.of(),
        new TestTiming(10, null, time));
  }

  private static CheckpointCommitted averaged(String average) {
    return checkpoint(
        1,
        List.of(
            new CheckpointFile(CheckpointFiles.MODEL, 1, "weights"),
            new CheckpointFile(CheckpointFiles.AVERAGE, 1, average)));
  }

  private static CheckpointCommitted checkpoint(int epoch, String weights, long size) {
    return checkpoint(epoch, List.of(new CheckpointFile(CheckpointFiles.MODEL, size, weights)));
  }

  private static CheckpointCommitted insideEpoch(int epoch, int batch) {
    return checkpoint(
        new CheckpointId(epoch, batch),
        List.of(new CheckpointFile(CheckpointFiles.MODEL, SIZE, "weights")));
  }

  private static CheckpointCommitted checkpoint(int epoch, List<CheckpointFile> files) {
    return checkpoint(CheckpointId.endOfEpoch(epoch), files);
  }

  private static CheckpointCommitted checkpoint(CheckpointId id, List<CheckpointFile> files) {
    return new CheckpointCommitted(
        RUN,
        id,
        id.epoch(),
        id.batch(),
        id.epoch(),
        "s3://bucket/run/",
        files,
        TrainingConfiguration.of(Map.of("use_gpu", false)).data(Split.TEST, 1),
        Provenance.NONE,
        Instant.EPOCH);
  }
}
