package deepspeech.speech.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.BatchWidth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FrameBatchesTest {
  private static final int FRAMES = 4000;

  /** 997 durations from 0.2 to 20 s, short ones more often, in no order. */
  private final double[] durations =
      IntStream.range(0, 997)
          .mapToDouble(i -> 0.2 + 19.8 * Math.pow((i * 389 % 997) / 996.0, 2))
          .toArray();

  @ParameterizedTest
  @CsvSource({
    "INSTANCE_SHUFFLE, 1", "INSTANCE_SHUFFLE, 3",
    "BATCH_SHUFFLE, 1", "BATCH_SHUFFLE, 3",
    "BATCH_SHUFFLE_CLIPPED, 1", "BATCH_SHUFFLE_CLIPPED, 3"
  })
  void noDeviceHasMoreFramesThanAllowedWhateverIsSkipped(ShuffleMethod method, int devices) {
    // Given
    BatchPlan plan = BatchPlan.trainingByFrames(durations, FRAMES, devices, method, 5);
    for (int epoch = 1; epoch < 12; epoch++) {
      // When
      EpochBatches batches = plan.epoch(epoch);
      // Then
      for (int b = 0; b < batches.count(); b++) {
        int[] batch = batches.batch(b);
        int longest = Arrays.stream(batch).map(this::frames).max().orElseThrow();
        int mostOnADevice = (batch.length + devices - 1) / devices;
        assertThat(mostOnADevice * BatchWidth.of(longest)).isLessThanOrEqualTo(FRAMES);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void noUtteranceComesTwiceInAnEpochAndOnlyTheClippedMethodLosesAny(ShuffleMethod method) {
    // Given
    BatchPlan plan = BatchPlan.trainingByFrames(durations, FRAMES, 2, method, 5);
    for (int epoch = 1; epoch < 30; epoch++) {
      // When
      int[] order = plan.epoch(epoch).order();
      // Then
      assertThat(order).doesNotHaveDuplicates();
      if (epoch == 1 || method != ShuffleMethod.BATCH_SHUFFLE_CLIPPED) {
        assertThat(order).hasSize(997);
      }
    }
  }

  @Test
  void theFirstEpochHasTheLongestUtterancesFirst() {
    // Given
    BatchPlan plan =
        BatchPlan.trainingByFrames(durations, FRAMES, 2, ShuffleMethod.INSTANCE_SHUFFLE, 5);
    // When
    int[] order = plan.epoch(1).order();
    // Then
    for (int i = 1; i < order.length; i++) {
      assertThat(durations[order[i]]).isLessThanOrEqualTo(durations[order[i - 1]]);
    }
  }

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void theSameSeedAndEpochGiveTheSameBatchesAndOthersGiveOthers(ShuffleMethod method) {
    // Given
    BatchPlan plan = BatchPlan.trainingByFrames(durations, FRAMES, 2, method, 5);
    // When
    List<List<Integer>> second = batches(plan.epoch(2));
    // Then
    assertThat(batches(BatchPlan.trainingByFrames(durations, FRAMES, 2, method, 5).epoch(2)))
        .isEqualTo(second);
    assertThat(batches(plan.epoch(3))).isNotEqualTo(second).doesNotContainSequence(second);
    assertThat(batches(BatchPlan.trainingByFrames(durations, FRAMES, 2, method, 6).epoch(2)))
        .isNotEqualTo(second);
  }

  @Test
  void aBatchShuffleCutsEachEpochAgainAndHasARandomOrder() {
    // Given
    BatchPlan plan =
        BatchPlan.trainingByFrames(durations, FRAMES, 1, ShuffleMethod.BATCH_SHUFFLE, 5);
    // When
    List<List<Integer>> second = batches(plan.epoch(2));
    List<List<Integer>> third = batches(plan.epoch(3));
    // Then
    assertThat(second.stream().filter(third::contains).count()).isLessThan(second.size() / 2);
    double[] longest =
        second.stream()
            .mapToDouble(batch -> batch.stream().mapToInt(this::frames).max().orElseThrow())
            .toArray();
    assertThat(longest).isNotEqualTo(Arrays.stream(longest).sorted().toArray());
  }

  @Test
  void theClippedMethodLosesTheSkippedAndTheLongestThatFillNoBatchAlone() {
    // Given
    BatchPlan clipped =
        BatchPlan.trainingByFrames(durations, FRAMES, 2, ShuffleMethod.BATCH_SHUFFLE_CLIPPED, 5);
    BatchPlan whole =
        BatchPlan.trainingByFrames(durations, FRAMES, 2, ShuffleMethod.BATCH_SHUFFLE, 5);
    for (int epoch = 2; epoch < 30; epoch++) {
      // When
      List<List<Integer>> kept = batches(clipped.epoch(epoch));
      List<List<Integer>> all = batches(whole.epoch(epoch));
      // Then
      assertThat(all.subList(0, kept.size())).isEqualTo(kept);
      IntSummaryStatistics widths =
          kept.stream().flatMap(List::stream).mapToInt(this::width).summaryStatistics();
      List<List<Integer>> lost = all.subList(kept.size(), all.size());
      assertThat(lost).hasSizeBetween(0, 2);
      for (List<Integer> batch : lost) {
        boolean shortest = batch.stream().allMatch(u -> width(u) <= widths.getMin());
        boolean longest = batch.stream().allMatch(u -> width(u) >= widths.getMax());
        assertThat(shortest || longest).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void aSetThatFillsNoBatchIsNotLost(ShuffleMethod method) {
    // Given
    double[] few = {3.5, 1.25, 2};
    BatchPlan plan = BatchPlan.trainingByFrames(few, FRAMES, 4, method, 5);
    for (int epoch = 1; epoch < 10; epoch++) {
      // When
      int[] order = plan.epoch(epoch).order();
      // Then
      assertThat(order).containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void aSetWithoutUtterancesHasNoBatches(ShuffleMethod method) {
    // Given
    BatchPlan plan = BatchPlan.trainingByFrames(new double[0], FRAMES, 1, method, 5);
    // When
    PlanOverview overview = plan.overview(3);
    // Then
    assertThat(overview.batches()).containsExactly(0, 0, 0);
    assertThat(overview.largest()).isEqualTo(new BatchRectangle(0, 0));
  }

  @ParameterizedTest
  @EnumSource(ShuffleMethod.class)
  void theOverviewNamesTheBatchThatNeedsMostMemoryAmongAllEpochs(ShuffleMethod method) {
    // Given
    BatchPlan plan = BatchPlan.trainingByFrames(durations, FRAMES, 2, method, 5);
    // When
    PlanOverview overview = plan.overview(6);
    // Then
    int most = 0;
    List<BatchRectangle> met = new ArrayList<>();
    for (int epoch = 1; epoch <= 6; epoch++) {
      List<List<Integer>> batches = batches(plan.epoch(epoch));
      assertThat(overview.batches()[epoch - 1]).isEqualTo(batches.size());
      for (List<Integer> batch : batches) {
        int longest = batch.stream().mapToInt(this::frames).max().orElseThrow();
        most = Math.max(most, (batch.size() + 1) / 2 * BatchWidth.of(longest));
        met.add(new BatchRectangle(batch.size(), longest));
      }
    }
    BatchRectangle largest = overview.largest();
    assertThat((largest.utterances() + 1) / 2 * BatchWidth.of(largest.frames())).isEqualTo(most);
    assertThat(met).contains(largest);
  }

  @Test
  void ofBatchesOfUtterancesTheLargestHasTheLongestUtterance() {
    // Given
    BatchPlan plan = BatchPlan.training(durations, 32, ShuffleMethod.INSTANCE_SHUFFLE, 5);
    // When
    PlanOverview overview = plan.overview(2);
    // Then
    assertThat(overview.batches()).containsExactly(32, 32);
    assertThat(overview.largest()).isEqualTo(new BatchRectangle(32, 2000));
  }

  @Test
  void anUtteranceThatFitsNoBatchIsRefusedWithWhatIsAllowed() {
    // Given
    double[] long20 = {20};
    // When
    // Then
    assertThatThrownBy(
            () -> BatchPlan.trainingByFrames(long20, 1900, 1, ShuffleMethod.INSTANCE_SHUFFLE, 5))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage(
            "max_batch_frames: 1900 given, allowed: at least 2016, which the longest utterance has");
  }

  private int width(int utterance) {
    return BatchWidth.of(frames(utterance));
  }

  private int frames(int utterance) {
    return (int) Math.ceil(durations[utterance] * 100 - 1e-6);
  }

  private static List<List<Integer>> batches(EpochBatches batches) {
    return IntStream.range(0, batches.count())
        .mapToObj(b -> Arrays.stream(batches.batch(b)).boxed().toList())
        .toList();
  }
}
