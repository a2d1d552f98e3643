package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.run.RunId;
import org.junit.jupiter.api.Test;

class PendingEvaluationsTest {
  private static final RunId RUN = new RunId("run");

  private final PendingEvaluations pending = new PendingEvaluations();

  @Test
  void aCheckpointWaitsFromItsAnnouncementToItsTest() {
    // Given
    pending.announced(RUN, CheckpointId.endOfEpoch(1));
    pending.announced(RUN, CheckpointId.endOfEpoch(2));

    // When
    pending.settled(RUN, CheckpointId.endOfEpoch(1));

    // Then
    assertThat(pending.of(RUN)).containsExactly(CheckpointId.endOfEpoch(2));
    assertThat(pending.of(new RunId("other"))).isEmpty();
  }

  @Test
  void withoutAnEvaluatorOnlyTheNewestAreKeptForIt() {
    // When
    for (int epoch = 1; epoch <= PendingEvaluations.MOST + 5; epoch++) {
      pending.announced(RUN, CheckpointId.endOfEpoch(epoch));
    }

    // Then
    assertThat(pending.of(RUN))
        .hasSize(PendingEvaluations.MOST)
        .contains(CheckpointId.endOfEpoch(PendingEvaluations.MOST + 5))
        .doesNotContain(CheckpointId.endOfEpoch(5));
  }
}
