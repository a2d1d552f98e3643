package deepspeech.evaluator.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditCountsTest {
  /** Counted by hand; kitten and Saturday are the textbook's. */
  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({
    "'', '', 0, 0, 0",
    "abc, abc, 0, 0, 0",
    "abc, '', 0, 0, 3",
    "'', abc, 0, 3, 0",
    "kitten, sitting, 2, 1, 0",
    "saturday, sunday, 1, 0, 2",
    "ab, ba, 2, 0, 0",
    "abcd, bcde, 0, 1, 1",
    "一二三, 一三, 0, 0, 1",
    "a, bbb, 1, 2, 0"
  })
  void editsAreCountedByKind(
      String reference, String hypothesis, long substitutions, long insertions, long deletions) {
    // When
    EditCounts counts = EditCounts.between(points(reference), points(hypothesis));

    // Then
    assertThat(counts).isEqualTo(new EditCounts(substitutions, insertions, deletions));
  }

  @Test
  void countsAreThoseOfTheBestOfAllAlignments() {
    // Given
    Random random = new Random(2);
    for (int round = 0; round < 300; round++) {
      int[] reference = random.ints(random.nextInt(7), 0, 3).toArray();
      int[] hypothesis = random.ints(random.nextInt(7), 0, 3).toArray();

      // When
      EditCounts counts = EditCounts.between(reference, hypothesis);

      // Then
      assertThat(counts).isEqualTo(bestOfAll(reference, hypothesis));
    }
  }

  @Test
  void exchangingReferenceAndHypothesisExchangesInsertionsAndDeletions() {
    // Given
    Random random = new Random(3);
    for (int round = 0; round < 100; round++) {
      int[] reference = random.ints(random.nextInt(60), 0, 5).toArray();
      int[] hypothesis = random.ints(random.nextInt(60), 0, 5).toArray();

      // When
      EditCounts there = EditCounts.between(reference, hypothesis);
      EditCounts back = EditCounts.between(hypothesis, reference);

      // Then
      assertThat(back.substitutions()).isEqualTo(there.substitutions());
      assertThat(back.insertions()).isEqualTo(there.deletions());
      assertThat(back.deletions()).isEqualTo(there.insertions());
    }
  }

  /** Tries every alignment. */
  private static EditCounts bestOfAll(int[] reference, int[] hypothesis) {
    if (reference.length == 0) {
      return new EditCounts(0, hypothesis.length, 0);
    }
    if (hypothesis.length == 0) {
      return new EditCounts(0, 0, reference.length);
    }
    int[] restOfReference = Arrays.copyOfRange(reference, 1, reference.length);
    int[] restOfHypothesis = Arrays.copyOfRange(hypothesis, 1, hypothesis.length);
    int different = reference[0] == hypothesis[0] ? 0 : 1;
    return Stream.of(
            bestOfAll(restOfReference, restOfHypothesis).plus(new EditCounts(different, 0, 0)),
            bestOfAll(reference, restOfHypothesis).plus(new EditCounts(0, 1, 0)),
            bestOfAll(restOfReference, hypothesis).plus(new EditCounts(0, 0, 1)))
        .min(
            Comparator.comparingLong(EditCounts::total)
                .thenComparingLong(counts -> counts.insertions() + counts.deletions()))
        .orElseThrow();
  }

  private static int[] points(String text) {
    return text.codePoints().toArray();
  }
}
