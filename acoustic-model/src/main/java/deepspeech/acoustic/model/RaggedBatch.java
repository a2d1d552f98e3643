package deepspeech.acoustic.model;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Utterances one after another without padding, as data preparation sends them.
 *
 * @param features F16 or F32 {@code [sum of frames, 161]}
 * @param frames number of feature frames of each utterance, from 1
 * @param labels token indices of all utterances without blanks, {@code [sum of labelLengths]}
 * @param labelLengths number of labels of each utterance, from 0
 * @param place where the batch stands in a run
 */
public record RaggedBatch(
    Tensor features, int[] frames, int[] labels, int[] labelLengths, BatchPlace place) {
  /** Checks that the components are consistent. */
  public RaggedBatch {
    long totalFrames = Arrays.stream(frames).asLongStream().sum();
    long totalLabels = Arrays.stream(labelLengths).asLongStream().sum();
    InvalidMessageException.require(
        frames.length > 0, "frames", "no utterance", "one utterance or more");
    for (int count : frames) {
      InvalidMessageException.require(count >= 1, "frames", count, "from 1");
    }
    InvalidMessageException.require(
        features.shape().equals(List.of(totalFrames, (long) FeatureBatch.BINS)),
        "features",
        "shape " + features.shape(),
        "[sum of frames, 161], here [" + totalFrames + ", " + FeatureBatch.BINS + "]");
    InvalidMessageException.require(
        features.type() == TensorType.F16 || features.type() == TensorType.F32,
        "features",
        features.type(),
        "F16, F32");
    InvalidMessageException.require(
        labelLengths.length == frames.length,
        "label_lengths",
        labelLengths.length + " values",
        "one an utterance");
    InvalidMessageException.require(
        labels.length == totalLabels,
        "labels",
        labels.length + " values",
        "the sum of label_lengths");
  }

  /** A batch at the beginning of a run. */
  public RaggedBatch(Tensor features, int[] frames, int[] labels, int[] labelLengths) {
    this(features, frames, labels, labelLengths, BatchPlace.FIRST);
  }

  /** Converts a batch from the format of the messages. */
  public static RaggedBatch of(FeatureBatch batch) {
    Tensor features =
        Tensor.f16(
            batch.features(),
            Arrays.stream(batch.frames()).asLongStream().sum(),
            FeatureBatch.BINS);
    return new RaggedBatch(
        features, batch.frames(), batch.labels(), batch.labelLengths(), BatchPlace.of(batch.key()));
  }

  /**
   * Creates a batch without speech, for a computation for which only the size matters.
   *
   * @param frames number of frames of each utterance
   * @param labels number of labels of each utterance
   * @param vocabulary number of tokens
   * @throws OutOfMemoryError if the batch is larger than the maximum size of a batch
   */
  static RaggedBatch madeUp(int utterances, int frames, int labels, int vocabulary) {
    long values = (long) utterances * frames * FeatureBatch.BINS;
    if (values * Short.BYTES > Integer.MAX_VALUE) {
      throw new OutOfMemoryError("a batch of %d bytes".formatted(values * Short.BYTES));
    }
    int[] counts = new int[utterances];
    Arrays.fill(counts, frames);
    int[] labelLengths = new int[utterances];
    Arrays.fill(labelLengths, labels);
    return new RaggedBatch(
        Tensor.f16(new short[(int) values], (long) utterances * frames, FeatureBatch.BINS),
        counts,
        IntStream.range(0, utterances * labels).map(i -> 1 + i % (vocabulary - 1)).toArray(),
        labelLengths);
  }

  /** Returns the number of utterances. */
  public int size() {
    return frames.length;
  }

  /**
   * Splits the batch into one piece of whole utterances per device, in order, such that the largest
   * piece is as small as possible. The size of a piece is that of its rectangle: its utterances
   * times the frames of its longest one. If there are fewer utterances than devices, there is one
   * piece per utterance.
   */
  List<RaggedBatch> split(int devices) {
    int pieces = Math.min(devices, size());
    long low = 1;
    long high = (long) size() * Arrays.stream(frames).max().orElseThrow();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (cuts(middle, pieces).size() <= pieces) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    List<Integer> ends = cuts(low, pieces);
    return IntStream.range(0, pieces)
        .mapToObj(i -> utterances(i == 0 ? 0 : ends.get(i - 1), ends.get(i)))
        .toList();
  }

  /**
   * The ends of pieces that are filled in order up to a size, which one utterance may exceed. At
   * the end of the batch they hold one utterance each, as long as there would be too few pieces.
   */
  private List<Integer> cuts(long largest, int pieces) {
    List<Integer> ends = new ArrayList<>();
    int start = 0;
    int longest = 0;
    for (int i = 0; i < size(); i++) {
      longest = Math.max(longest, frames[i]);
      boolean full = (i + 1L - start) * longest > largest;
      boolean lastOnesAlone = size() - i <= pieces - 1 - ends.size();
      if (i > start && (full || lastOnesAlone)) {
        ends.add(i);
        start = i;
        longest = frames[i];
      }
    }
    ends.add(size());
    return ends;
  }

  private RaggedBatch utterances(int from, int to) {
    if (from == 0 && to == size()) {
      return this;
    }
    int firstFrame = Arrays.stream(frames, 0, from).sum();
    int frameCount = Arrays.stream(frames, from, to).sum();
    int firstLabel = Arrays.stream(labelLengths, 0, from).sum();
    int labelCount = Arrays.stream(labelLengths, from, to).sum();
    int frameBytes = FeatureBatch.BINS * features.type().bytes();
    ByteBuffer rows = features.data().slice(firstFrame * frameBytes, frameCount * frameBytes);
    return new RaggedBatch(
        new Tensor(features.type(), List.of((long) frameCount, (long) FeatureBatch.BINS), rows),
        Arrays.copyOfRange(frames, from, to),
        Arrays.copyOfRange(labels, firstLabel, firstLabel + labelCount),
        Arrays.copyOfRange(labelLengths, from, to),
        place.after(from));
  }
}
