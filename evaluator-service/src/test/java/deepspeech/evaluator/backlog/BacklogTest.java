package deepspeech.evaluator.backlog;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.evaluator.evaluation.TestData;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import io.opentelemetry.context.Context;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {
  private final Backlog backlog = new Backlog();

  @Test
  void theCheckpointsOfARunThatKeepsUpAreTestedInOrder() {
    // When
    announce("a", "epoch-0001", "epoch-0002", "epoch-0003");

    // Then
    assertThat(order()).containsExactly("a epoch-0001", "a epoch-0002", "a epoch-0003");
    assertThat(backlog.size()).isEqualTo(3);
  }

  @Test
  void ofARunThatIsBehindTheNewestCheckpointIsTestedFirst() {
    // When
    announce("a", "epoch-0001", "epoch-0002", "epoch-0003", "epoch-0004");

    // Then
    assertThat(order())
        .containsExactly("a epoch-0004", "a epoch-0003", "a epoch-0002", "a epoch-0001");
  }

  @Test
  void theEndsOfEpochsComeFirst() {
    // When
    announce("a", "epoch-0001-batch-000010", "epoch-0001", "epoch-0002-batch-000010");

    // Then
    assertThat(order())
        .containsExactly("a epoch-0001", "a epoch-0001-batch-000010", "a epoch-0002-batch-000010");
  }

  @Test
  void runsTakeTurnsAndTheOneTestedLastWaits() {
    // Given
    announce("a", "epoch-0001", "epoch-0002", "epoch-0003");
    announce("b", "epoch-0001", "epoch-0002");

    // When
    backlog.ended("a epoch-0001");

    // Then
    assertThat(order())
        .containsExactly("b epoch-0001", "a epoch-0002", "b epoch-0002", "a epoch-0003");
  }

  @Test
  void whatIsTestedIsGoneAlsoWhenItIsAnnouncedAgain() {
    // Given
    announce("a", "epoch-0001");
    backlog.ended("a epoch-0001");

    // When
    announce("a", "epoch-0001");

    // Then
    assertThat(order()).isEmpty();
    assertThat(backlog.hasEnded("a epoch-0001")).isTrue();
  }

  @Test
  void aRunWithoutTestIsNotTested() {
    // When
    CheckpointCommitted checkpoint =
        CheckpointCommitted.untested(
            new RunId("a"),
            CheckpointId.endOfEpoch(1),
            7,
            "s3://models/a/",
            List.of(),
            TestData.TIME);
    backlog.announced(new UntestedCheckpoint("a epoch-0001", checkpoint, Context.root()));

    // Then
    assertThat(order()).isEmpty();
  }

  private List<String> order() {
    return backlog.inOrder().stream().map(UntestedCheckpoint::event).toList();
  }

  private void announce(String run, String... checkpoints) {
    for (String name : checkpoints) {
      CheckpointId id = CheckpointId.parse(name);
      CheckpointCommitted checkpoint =
          new CheckpointCommitted(
              new RunId(run),
              id,
              id.epoch(),
              id.batch(),
              7,
              "s3://models/" + name + "/",
              List.of(),
              TestData.TEST,
              Provenance.NONE,
              TestData.TIME);
      backlog.announced(new UntestedCheckpoint(run + " " + name, checkpoint, Context.root()));
    }
  }
}
