package deepspeech.evaluator.recognition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits a batch into groups that are run together, so that memory use depends neither on the batch
 * size nor on the size of the vocabulary. The result of an utterance does not depend on its group.
 */
final class UtteranceGroups {
  /** Size of the largest layer before the output: 32 channels of 81 bins for every third frame. */
  private static final int CONVOLUTION_VALUES_PER_FRAME = 32 * 81 / 3;

  /**
   * ONNX Runtime divides the utterances of a recurrent layer among its threads, and multiplies 6 or
   * 12 rows at a time faster than other numbers.
   */
  private static final int FAST_ROWS = 6;

  private final long largestPaddedFrames;
  private final int fastSize;

  /**
   * Creates a division.
   *
   * @param largestLayerValues maximum number of F32 values of one layer for a group
   * @param threads number of threads that share the computation
   */
  UtteranceGroups(long largestLayerValues, int tokens, int threads) {
    largestPaddedFrames = largestLayerValues / Math.max(CONVOLUTION_VALUES_PER_FRAME, tokens / 3);
    fastSize = FAST_ROWS * threads;
  }

  /**
   * Groups the indices of utterances, so that utterances of similar length are together. A group
   * has at least one utterance.
   *
   * @param frames number of frames of each utterance
   */
  List<int[]> of(int[] frames) {
    int[] longestFirst =
        IntStream.range(0, frames.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -frames[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<int[]> groups = new ArrayList<>();
    int next = 0;
    while (next < longestFirst.length) {
      long longest = Math.max(1, frames[longestFirst[next]]);
      int size =
          (int) Math.max(1, Math.min(longestFirst.length - next, largestPaddedFrames / longest));
      if (size > fastSize) {
        size -= size % fastSize;
      }
      groups.add(IntStream.range(next, next + size).map(i -> longestFirst[i]).toArray());
      next += size;
    }
    return groups;
  }
}
