package deepspeech.messages.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointIdTest {
  @ParameterizedTest
  @CsvSource({
    "epoch-0023, 23, 0",
    "epoch-0024-batch-002000, 24, 2000",
    "epoch-10000, 10000, 0",
    "epoch-0001-batch-1000000, 1, 1000000"
  })
  void anIdHasItsPositionAndIsWrittenAsItWasRead(String text, int epoch, int batch) {
    // When
    CheckpointId id = CheckpointId.parse(text);

    // Then
    assertThat(id).isEqualTo(new CheckpointId(epoch, batch)).hasToString(text);
    assertThat(id.isEndOfEpoch()).isEqualTo(batch == 0);
  }

  @Test
  void idsAreInTheOrderOfTrainingWithTheWholeEpochBehindItsBatches() {
    // Given
    List<String> order =
        List.of(
            "epoch-0001-batch-000001",
            "epoch-0001-batch-002000",
            "epoch-0001-batch-999999",
            "epoch-0001-batch-1000000",
            "epoch-0001",
            "epoch-0002-batch-000001",
            "epoch-0002",
            "epoch-9999",
            "epoch-10000-batch-000007",
            "epoch-10000");

    // When
    List<String> sorted =
        order.stream()
            .sorted()
            .map(CheckpointId::parse)
            .sorted()
            .map(CheckpointId::toString)
            .toList();

    // Then
    assertThat(sorted).isEqualTo(order);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "epoch-23",
        "epoch-00023",
        "epoch-0023-batch-000000",
        "epoch-0023-batch-2000",
        "epoch-0023-batch-0002000",
        "epoch-0023 ",
        "Epoch-0023",
        "latest",
        "../epoch-0023",
        "epoch-9999999",
        "epoch-٠٠٢٣"
      })
  void whatIsNoIdIsRefusedInOneLine(String text) {
    // When
    var thrown = assertThatThrownBy(() -> CheckpointId.parse(text));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "checkpoint: \"%s\" given, allowed: an id such as epoch-0023 or"
                + " epoch-0024-batch-002000",
            text);
  }

  @Test
  void epochsAreCountedFromOne() {
    // When
    var zero = assertThatThrownBy(() -> CheckpointId.parse("epoch-0000"));

    // Then
    zero.isInstanceOf(InvalidMessageException.class).hasMessageStartingWith("epoch: 0 given");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "latest",
        "best",
        "epoch-0023",
        "run-1/latest",
        "run-1/epoch-0024-batch-002000",
        "s3://models/runs/run-1/checkpoints/epoch-0023",
        "s3://models/team/runs/runs/run-1/checkpoints/best"
      })
  void aModelReferenceIsReadBackAsItWasWritten(String text) {
    // When
    ModelReference read = ModelReference.parse("resume_model", text);

    // Then
    assertThat(read).hasToString(text);
    assertThat(ModelReference.parse("resume_model", read.toString())).isEqualTo(read);
  }

  @Test
  void theUriOfACheckpointsFolderNamesBucketPrefixRunAndCheckpoint() {
    // When
    ModelReference read =
        ModelReference.parse(
            "resume_model", "s3://models/team/asr/runs/run-1/checkpoints/epoch-0023/");

    // Then
    assertThat(read.store()).contains(new StoreLocation("models", "team/asr"));
    assertThat(read.run()).contains(new RunId("run-1"));
    assertThat(read.checkpoint()).isEqualTo("epoch-0023");
  }

  @Test
  void aModelReferenceMeansTheRunItselfUnlessItNamesAnotherOneOrAnotherStore() {
    // Given
    RunId run = new RunId("run-1");
    Function<String, ModelReference> parse = text -> ModelReference.parse("resume_model", text);

    // Then
    assertThat(parse.apply("latest").isLatestOf(run)).isTrue();
    assertThat(parse.apply("run-1/latest").isLatestOf(run)).isTrue();
    assertThat(parse.apply("epoch-0023").isLatestOf(run)).isFalse();
    assertThat(parse.apply("epoch-0023").isOf(run)).isTrue();
    assertThat(parse.apply("run-2/latest").isOf(run)).isFalse();
    assertThat(parse.apply("s3://models/runs/run-1/checkpoints/latest").isOf(run)).isFalse();
  }
}
