package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchSampleTest {
  private final BatchSample sample = BatchSample.draw(5, 32, 8, 1);

  @Test
  void theMeanLengthIsTheGivenOne() {
    assertThat(sample.meanSeconds() / 256).isCloseTo(5, within(0.05));
  }

  @Test
  void aBatchHasUtterancesOfSimilarLength() {
    for (SampledBatch batch : sample.batches().subList(10, sample.batches().size() - 10)) {
      assertThat(batch.largestShare()).isCloseTo(batch.seconds() / 8, within(0.05 * 5 * 32));
    }
  }

  @Test
  void noUtteranceIsLongerThanTheDefaultOfMaxDuration() {
    assertThat(BatchSample.draw(15, 1, 1, 1).batches())
        .allSatisfy(batch -> assertThat(batch.seconds()).isBetween(0.0, 20.0));
  }

  @Test
  void aSequenceHasEveryBatchEquallyOften() {
    // When
    int size = sample.batches().size();
    List<SampledBatch> sequence = sample.sequence(2 * size, 7);

    // Then
    assertThat(sequence.subList(0, size)).containsExactlyInAnyOrderElementsOf(sample.batches());
    assertThat(sequence.subList(size, 2 * size))
        .containsExactlyInAnyOrderElementsOf(sample.batches());
  }

  @Test
  void equalSeedsDrawEquallyAndOthersDoNot() {
    assertThat(BatchSample.draw(5, 32, 8, 1).batches())
        .isEqualTo(sample.batches())
        .isNotEqualTo(BatchSample.draw(5, 32, 8, 2).batches());
    assertThat(sample.sequence(50, 1)).isNotEqualTo(sample.sequence(50, 2));
  }
}
