package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CountedResultsTest {
  /**
   * A training that TensorFlow.js's {@code EarlyStopping} watched, by {@code
   * acoustic-model/reference/early_stop.js}.
   *
   * @param cers the result of each epoch; null if it has none
   * @param endedBy the epoch whose result ended the training, from 1; null if none did
   * @param waits the results in a row that were not better, after each epoch up to that one
   * @param bests the best result, after each of these epochs; null if there is none
   */
  private record Golden(
      int patience, List<Double> cers, Integer endedBy, List<Integer> waits, List<Double> bests) {
    @Override
    public String toString() {
      return "patience %d, %s".formatted(patience, cers);
    }
  }

  private record GoldenCases(String madeWith, List<Golden> cases) {}

  static Stream<Golden> golden() throws IOException {
    try (InputStream file = CountedResultsTest.class.getResourceAsStream("early-stops.json")) {
      return Json.read(file.readAllBytes(), GoldenCases.class).cases().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void resultsAreBetterAndInARowWhereTheyAreForTensorFlowsEarlyStopping(Golden golden) {
    // Given
    CountedResults results = CountedResults.beginningWith(1);
    List<Integer> waits = new ArrayList<>();
    List<Double> bests = new ArrayList<>();

    // When
    for (Double cer : golden.cers().subList(0, golden.waits().size())) {
      results = results.next(result(cer));
      waits.add(results.epochsWithoutBetter());
      bests.add(results.best());
    }

    // Then
    assertThat(waits).isEqualTo(golden.waits());
    assertThat(bests).isEqualTo(golden.bests());
    assertThat(waits.stream().anyMatch(wait -> wait >= golden.patience()))
        .isEqualTo(golden.endedBy() != null);
    assertThat(results.counted()).isEqualTo(waits.size());
  }

  @Test
  void theEpochOfTheBestResultIsTheFirstThatHasIt() {
    // Given
    CountedResults results = CountedResults.beginningWith(3);

    // When
    for (double cer : new double[] {0.5, 0.4, 0.4, 0.45}) {
      results = results.next(OptionalDouble.of(cer));
    }

    // Then
    assertThat(results).isEqualTo(new CountedResults(3, 6, 0.4, 4, 2));
  }

  @Test
  void aCountThatBeginsAnewKeepsTheBestResultAndCountsOthersFromItsEpochOn() {
    // Given
    CountedResults ended = new CountedResults(1, 4, 0.4, 2, 2);

    // When
    CountedResults before = ended.anew(6).next(OptionalDouble.of(0.5));
    CountedResults from = before.next(OptionalDouble.of(0.5));
    CountedResults better = ended.anew(6).next(OptionalDouble.of(0.3));

    // Then
    assertThat(before).isEqualTo(new CountedResults(6, 5, 0.4, 2, 0));
    assertThat(from).isEqualTo(new CountedResults(6, 6, 0.4, 2, 1));
    assertThat(better).isEqualTo(new CountedResults(6, 5, 0.3, 5, 0));
  }

  private static OptionalDouble result(Double cer) {
    return cer == null ? OptionalDouble.empty() : OptionalDouble.of(cer);
  }
}
