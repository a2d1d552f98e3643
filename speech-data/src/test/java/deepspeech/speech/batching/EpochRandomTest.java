package deepspeech.speech.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EpochRandomTest {
  /** The values are those that Rosetta Code, "Pseudo-random numbers/Splitmix64", asks for. */
  @Test
  void isTheDocumentedGenerator() {
    // Given
    EpochRandom random = EpochRandom.ofState(1234567);
    // When
    long[] values = {random.next(), random.next(), random.next(), random.next(), random.next()};
    // Then
    assertThat(Arrays.stream(values).mapToObj(Long::toUnsignedString))
        .containsExactly(
            "6457827717110365317",
            "3203168211198807973",
            "9817491932198370423",
            "4593380528125082431",
            "16408922859458223821");
  }

  @Test
  void everyNumberBelowTheBoundIsAboutAsFrequent() {
    // Given
    EpochRandom random = EpochRandom.of(1, 2);
    int[] counts = new int[7];
    // When
    for (int i = 0; i < 70_000; i++) {
      counts[random.nextInt(7)]++;
    }
    // Then
    assertThat(Arrays.stream(counts).boxed().toList())
        .allSatisfy(count -> assertThat(count).isBetween(9_600, 10_400));
  }

  @Test
  void seedAndEpochEachChangeTheOrder() {
    // Given
    int[] a = IntStream.range(0, 50).toArray();
    int[] b = a.clone();
    int[] c = a.clone();
    int[] again = a.clone();
    // When
    EpochRandom.of(1, 2).shuffle(a);
    EpochRandom.of(1, 3).shuffle(b);
    EpochRandom.of(2, 2).shuffle(c);
    EpochRandom.of(1, 2).shuffle(again);
    // Then
    assertThat(again).containsExactly(a);
    assertThat(b).isNotEqualTo(a).isNotEqualTo(c);
    assertThat(c).isNotEqualTo(a);
    Arrays.sort(a);
    assertThat(a).containsExactly(IntStream.range(0, 50).toArray());
  }
}
