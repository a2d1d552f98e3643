package deepspeech.evaluator.recognition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UtteranceGroupsTest {
  private static final int VALUES_PER_FRAME = 864;

  @Test
  void everyUtteranceIsInOneGroupAndNoGroupOfSeveralIsTooLarge() {
    // Given
    Random random = new Random(5);
    long largest = 3000;
    UtteranceGroups groups = new UtteranceGroups(largest * VALUES_PER_FRAME, 30, 2);
    for (int round = 0; round < 100; round++) {
      int[] frames = random.ints(random.nextInt(40), 1, 4000).toArray();

      // When
      List<int[]> split = groups.of(frames);

      // Then
      assertThat(split.stream().flatMapToInt(IntStream::of).sorted().toArray())
          .isEqualTo(IntStream.range(0, frames.length).toArray());
      assertThat(split)
          .allSatisfy(
              group -> {
                int longest = IntStream.of(group).map(i -> frames[i]).max().orElseThrow();
                assertThat(group.length == 1 || (long) group.length * longest <= largest).isTrue();
              });
    }
  }

  @Test
  void aLargeVocabularyMakesTheGroupsSmaller() {
    // Given
    int[] frames = {300, 300, 300, 300};
    long values = 1200L * VALUES_PER_FRAME;

    // When
    int small = new UtteranceGroups(values, 30, 1).of(frames).size();
    int large = new UtteranceGroups(values, 2 * 3 * VALUES_PER_FRAME, 1).of(frames).size();

    // Then
    assertThat(small).isEqualTo(1);
    assertThat(large).isEqualTo(2);
  }

  @Test
  void aGroupIsOfASizeThatTheThreadsComputeFast() {
    // Given
    int[] frames = IntStream.generate(() -> 300).limit(64).toArray();

    // When
    List<int[]> groups = new UtteranceGroups(29 * 300L * VALUES_PER_FRAME, 30, 2).of(frames);

    // Then
    assertThat(groups).extracting(group -> group.length).containsExactly(24, 24, 12, 4);
  }
}
