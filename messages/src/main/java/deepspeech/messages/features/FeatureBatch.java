package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.List;

/**
 * A ragged batch of utterances, concatenated without padding.
 *
 * @param features normalised features as IEEE half floats (binary16 bit patterns), {@code [sum of
 *     frames, 161]} row major
 * @param frames number of feature frames of each utterance
 * @param labels token indices, {@code [sum of label lengths]}
 * @param labelLengths number of labels of each utterance
 * @param utterances line number of each utterance in the manifest, from 1
 * @param texts the text of each utterance, as in the manifest
 * @param skipped utterances of the batch that were skipped
 */
public record FeatureBatch(
    BatchKey key,
    short[] features,
    int[] frames,
    int[] labels,
    int[] labelLengths,
    long[] utterances,
    List<String> texts,
    List<SkippedUtterance> skipped) {
  /** Frequency bins of a frame. */
  public static final int BINS = 161;

  public FeatureBatch {
    texts = List.copyOf(texts);
    skipped = List.copyOf(skipped);
    requireNotNegative("frames", frames);
    requireNotNegative("label_lengths", labelLengths);
    long totalFrames = Arrays.stream(frames).asLongStream().sum();
    require(
        features.length == totalFrames * BINS,
        "features",
        features.length,
        totalFrames + " frames of " + BINS);
    require(
        labels.length == Arrays.stream(labelLengths).asLongStream().sum(),
        "labels",
        labels.length,
        "the sum of label_lengths");
    require(
        labelLengths.length == frames.length,
        "label_lengths",
        labelLengths.length,
        "one per utterance");
    require(
        utterances.length == frames.length, "utterances", utterances.length, "one per utterance");
    require(texts.size() == frames.length, "texts", texts.size(), "one per utterance");
  }

  public int size() {
    return frames.length;
  }

  private static void requireNotNegative(String field, int[] counts) {
    for (int count : counts) {
      InvalidMessageException.require(count >= 0, field, count, "whole numbers from 0");
    }
  }

  private static void require(boolean holds, String field, long found, String allowed) {
    InvalidMessageException.require(holds, field, found + " values", allowed);
  }
}
