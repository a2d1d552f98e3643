package deepspeech.speech.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPlanTest {
  private static final int BATCH = 8;

  /** 103 durations in no order, all different. */
  private final double[] durations =
      IntStream.range(0, 103).mapToDouble(i -> 1 + (i * 37 % 103) / 10.0).toArray();

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void theFirstEpochHasEveryUtteranceTheLongestFirst(ShuffleMethod method) {
    // Given
    BatchPlan plan = BatchPlan.training(durations, BATCH, method, 5);
    // When
    int[] order = plan.epoch(1).order();
    // Then
    assertThat(order).hasSize(103).doesNotHaveDuplicates();
    for (int i = 1; i < order.length; i++) {
      assertThat(durations[order[i]]).isLessThan(durations[order[i - 1]]);
    }
    assertThat(plan.batches(1)).isEqualTo(13);
  }

  @Test
  void utterancesOfTheSameDurationKeepTheirOrder() {
    // Given
    BatchPlan plan = BatchPlan.test(new double[] {1, 2, 1, 2, 1}, 2);
    // When
    int[] order = plan.epoch(1).order();
    // Then
    assertThat(order).containsExactly(1, 3, 0, 2, 4);
  }

  @Test
  void anInstanceShuffleHasEveryUtteranceOnceInAnotherOrderEachEpoch() {
    // Given
    BatchPlan plan = BatchPlan.training(durations, BATCH, ShuffleMethod.INSTANCE_SHUFFLE, 5);
    // When
    int[] second = plan.epoch(2).order();
    int[] third = plan.epoch(3).order();
    // Then
    assertThat(second).hasSize(103).doesNotHaveDuplicates().isNotEqualTo(third);
    assertThat(third).hasSize(103).doesNotHaveDuplicates();
    assertThat(plan.batches(2)).isEqualTo(13);
  }

  @Test
  void aBatchShuffleKeepsUtterancesOfSimilarDurationTogetherAndAppendsTheRest() {
    // Given
    BatchPlan plan = BatchPlan.training(durations, BATCH, ShuffleMethod.BATCH_SHUFFLE, 5);
    int[] sorted = sortedByDuration();
    for (int epoch = 2; epoch < 20; epoch++) {
      // When
      int[] order = plan.epoch(epoch).order();
      // Then
      assertThat(order).hasSize(103).doesNotHaveDuplicates();
      assertThat(plan.batches(epoch)).isEqualTo(13);
      int skipped = skippedIn(order, sorted);
      int whole = (103 - skipped) / BATCH;
      assertThat(minibatches(order, whole))
          .containsExactlyInAnyOrderElementsOf(
              minibatches(Arrays.copyOfRange(sorted, skipped, 103), whole));
      int[] rest = Arrays.copyOfRange(sorted, skipped + whole * BATCH, 103);
      int[] tail = Arrays.copyOfRange(order, whole * BATCH, 103);
      assertThat(Arrays.copyOf(tail, rest.length)).containsExactly(rest);
      assertThat(Arrays.copyOfRange(tail, rest.length, tail.length))
          .containsExactly(Arrays.copyOf(sorted, skipped));
    }
  }

  @Test
  void aClippedBatchShuffleIsTheBatchShuffleWithoutWhatFillsNoBatch() {
    // Given
    BatchPlan clipped =
        BatchPlan.training(durations, BATCH, ShuffleMethod.BATCH_SHUFFLE_CLIPPED, 5);
    BatchPlan whole = BatchPlan.training(durations, BATCH, ShuffleMethod.BATCH_SHUFFLE, 5);
    for (int epoch = 2; epoch < 20; epoch++) {
      // When
      int[] order = clipped.epoch(epoch).order();
      // Then
      assertThat(order).hasSize(clipped.batches(epoch) * BATCH);
      assertThat(Arrays.copyOf(whole.epoch(epoch).order(), order.length)).containsExactly(order);
    }
    assertThat(IntStream.range(2, 20).map(clipped::batches).distinct().boxed().toList())
        .containsOnly(12);
  }

  @Test
  void theSkippedUtterancesDifferFromEpochToEpoch() {
    // Given
    BatchPlan plan = BatchPlan.training(durations, BATCH, ShuffleMethod.BATCH_SHUFFLE, 5);
    int[] sorted = sortedByDuration();
    // When
    List<Integer> skipped =
        IntStream.range(2, 200)
            .mapToObj(epoch -> skippedIn(plan.epoch(epoch).order(), sorted))
            .toList();
    // Then
    assertThat(skipped).contains(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void aSetSmallerThanABatchIsNotClippedToNothing(int utterances) {
    // Given
    BatchPlan plan =
        BatchPlan.training(
            Arrays.copyOf(durations, utterances), BATCH, ShuffleMethod.BATCH_SHUFFLE_CLIPPED, 5);
    for (int epoch = 1; epoch < 10; epoch++) {
      // When
      int[] order = plan.epoch(epoch).order();
      // Then
      assertThat(order).hasSize(utterances).doesNotHaveDuplicates();
      assertThat(plan.batches(epoch)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void theNumberOfBatchesIsThatOfTheOrder(ShuffleMethod method) {
    // Given
    for (int utterances = 1; utterances < 40; utterances++) {
      BatchPlan plan = BatchPlan.training(Arrays.copyOf(durations, utterances), BATCH, method, 1);
      for (int epoch = 1; epoch < 8; epoch++) {
        // When
        int[] order = plan.epoch(epoch).order();
        // Then
        assertThat(plan.batches(epoch)).isEqualTo((order.length + BATCH - 1) / BATCH);
      }
    }
  }

  @Test
  void aTestSplitIsTheSameInEveryEpoch() {
    // Given
    BatchPlan plan = BatchPlan.test(durations, BATCH);
    // When
    int[] order = plan.epoch(7).order();
    // Then
    assertThat(order).containsExactly(plan.epoch(1).order()).hasSize(103);
    assertThat(plan.batches(7)).isEqualTo(13);
  }

  @Test
  void anUnknownShuffleMethodIsRefusedWithTheAllowedOnes() {
    // Given
    String value = "random";
    // When
    // Then
    assertThatThrownBy(() -> ShuffleMethod.of(value))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "shuffle_method: \"random\" given, allowed: instance_shuffle, batch_shuffle, batch_shuffle_clipped");
    assertThat(ShuffleMethod.of("batch_shuffle")).isEqualTo(ShuffleMethod.BATCH_SHUFFLE);
  }

  private int[] sortedByDuration() {
    return IntStream.range(0, durations.length)
        .boxed()
        .sorted((a, b) -> Double.compare(durations[a], durations[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The shortest utterances are the skipped ones and come last. */
  private static int skippedIn(int[] order, int[] sorted) {
    for (int skipped = 0; skipped < BATCH; skipped++) {
      int[] tail = Arrays.copyOfRange(order, order.length - skipped, order.length);
      boolean rest =
          order[order.length - skipped - 1] == sorted[sorted.length - 1]
              || (sorted.length - skipped) % BATCH == 0;
      if (rest && Arrays.equals(tail, Arrays.copyOf(sorted, skipped))) {
        return skipped;
      }
    }
    throw new AssertionError("the order ends with no run of the shortest utterances");
  }

  private static List<List<Integer>> minibatches(int[] order, int count) {
    List<List<Integer>> minibatches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      minibatches.add(Arrays.stream(order, b * BATCH, (b + 1) * BATCH).boxed().toList());
    }
    return minibatches;
  }
}
