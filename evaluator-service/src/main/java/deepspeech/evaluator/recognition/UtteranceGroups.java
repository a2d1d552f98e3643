package deepspeech.evaluator.recognition;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits a batch into groups that are run together, so that memory depends neither on the batch
 * size nor on the size of the vocabulary. What an utterance gives does not depend on its group.
 */
final class UtteranceGroups {
  /** 32 channels of 81 bins for every third frame: the largest layer before the output. */
  private static final int CONVOLUTION_VALUES_PER_FRAME = 32 * 81 / 3;

  private final long largestPaddedFrames;

  /**
   * @param largestLayerValues F32 values that one layer may give for a group
   */
  UtteranceGroups(long largestLayerValues, int tokens) {
    largestPaddedFrames = largestLayerValues / Math.max(CONVOLUTION_VALUES_PER_FRAME, tokens / 3);
  }

  /**
   * Indices of utterances, those of similar length together; a group holds at least one.
   *
   * @param frames of each utterance
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
      groups.add(IntStream.range(next, next + size).map(i -> longestFirst[i]).toArray());
      next += size;
    }
    return groups;
  }
}
