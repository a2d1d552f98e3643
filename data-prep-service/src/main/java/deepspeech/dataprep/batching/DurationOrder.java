package deepspeech.dataprep.batching;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Utterances by duration; those of the same duration keep their order. */
final class DurationOrder {
  private DurationOrder() {}

  static int[] shortestFirst(double[] durations) {
    return sorted(durations.length, Comparator.comparingDouble(i -> durations[i]));
  }

  static int[] longestFirst(double[] durations) {
    return sorted(
        durations.length, Comparator.comparingDouble((Integer i) -> durations[i]).reversed());
  }

  private static int[] sorted(int utterances, Comparator<Integer> comparator) {
    Integer[] indices = IntStream.range(0, utterances).boxed().toArray(Integer[]::new);
    Arrays.sort(indices, comparator);
    return Arrays.stream(indices).mapToInt(Integer::intValue).toArray();
  }
}
