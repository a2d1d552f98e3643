package deepspeech.messages.features;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes a feature batch as Kafka records. Each part holds complete utterances and is a complete
 * safetensors file below Kafka's default record limit. An utterance above that limit (about 31 s)
 * continues in the next parts, which hold only features. So concatenating the tensors of all parts
 * gives the batch. The tensors are {@code features} F16 {@code [sum of frames, 161]}, {@code
 * frames} I32 {@code [utterances]}, {@code labels} I32 {@code [sum of labels]}, {@code
 * label_lengths} I32 {@code [utterances]}, {@code utterances} I64 {@code [utterances]}, {@code
 * texts} U8 {@code [sum of bytes]} and {@code text_lengths} I32 {@code [utterances]}, in UTF-8
 * bytes.
 */
public final class FeatureBatchCodec {
  /**
   * Largest number of tensor bytes in a part. The remaining bytes up to 1,048,576 are for headers
   * and Kafka's overhead.
   */
  public static final int LARGEST_PART = 1_000_000;

  private static final long FRAME_BYTES = 2L * FeatureBatch.BINS;
  private static final int LARGEST_SKIPPED = 800_000;
  private static final int MOST_PARTS = 1 << 16;

  private FeatureBatchCodec() {}

  /**
   * Splits a batch into parts and encodes them. A batch without utterances has one part.
   *
   * @throws InvalidMessageException if the text and the labels of one utterance exceed the size of
   *     a part
   */
  public static List<FeatureBatchPart> encode(FeatureBatch batch) {
    String skipped = skipped(batch.skipped());
    List<PartEnd> ends =
        cut(batch, skipped == null ? 0 : skipped.getBytes(StandardCharsets.UTF_8).length);
    List<FeatureBatchPart> parts = new ArrayList<>();
    Cursor cursor = new Cursor(batch);
    for (int part = 0; part < ends.size(); part++) {
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put(FeatureHeaders.REPLY, FeatureHeaders.REPLY_BATCH);
      headers.put(FeatureHeaders.RUN, batch.key().run().toString());
      headers.put(FeatureHeaders.SPLIT, batch.key().split().toString());
      headers.put(FeatureHeaders.FINGERPRINT, batch.key().fingerprint());
      headers.put(FeatureHeaders.EPOCH, String.valueOf(batch.key().epoch()));
      headers.put(FeatureHeaders.BATCH, String.valueOf(batch.key().batch()));
      headers.put(FeatureHeaders.PART, String.valueOf(part));
      headers.put(FeatureHeaders.PARTS, String.valueOf(ends.size()));
      if (part == 0 && skipped != null) {
        headers.put(FeatureHeaders.SKIPPED, skipped);
      }
      parts.add(new FeatureBatchPart(headers, cursor.bodyUpTo(ends.get(part))));
    }
    return parts;
  }

  /**
   * The skipped utterances as a header; null if there are none. If hundreds were skipped, for
   * example because a disk is not available, the header omits paths and details, because they would
   * not fit into a record.
   */
  private static String skipped(List<SkippedUtterance> skipped) {
    if (skipped.isEmpty()) {
      return null;
    }
    String whole = Json.writeText(skipped);
    return whole.getBytes(StandardCharsets.UTF_8).length <= LARGEST_SKIPPED
        ? whole
        : Json.writeText(skipped.stream().map(utterance -> utterance.brief()).toList());
  }

  /**
   * The key of the batch to which a part belongs.
   *
   * @throws InvalidMessageException if a header is missing or malformed
   */
  public static BatchKey key(Map<String, String> headers) {
    return new BatchKey(
        new RunId(headers.get(FeatureHeaders.RUN)),
        split(headers.get(FeatureHeaders.SPLIT)),
        text(headers, FeatureHeaders.FINGERPRINT),
        number(headers, FeatureHeaders.EPOCH),
        number(headers, FeatureHeaders.BATCH));
  }

  /** Index of this part, from 0. */
  public static int part(Map<String, String> headers) {
    return number(headers, FeatureHeaders.PART);
  }

  /**
   * Number of parts of the batch to which this part belongs, from 1 to {@value #MOST_PARTS}.
   *
   * @throws InvalidMessageException if the header is missing or malformed
   */
  public static int parts(Map<String, String> headers) {
    int parts = number(headers, FeatureHeaders.PARTS);
    InvalidMessageException.require(
        parts >= 1 && parts <= MOST_PARTS,
        FeatureHeaders.PARTS,
        parts,
        "a whole number from 1 to " + MOST_PARTS);
    return parts;
  }

  /**
   * Joins all parts of one batch, given in any order.
   *
   * @throws InvalidMessageException if a part is missing, duplicated, of another batch or malformed
   */
  public static FeatureBatch decode(List<FeatureBatchPart> parts) {
    List<FeatureBatchPart> ordered =
        parts.stream().sorted(Comparator.comparingInt(p -> part(p.headers()))).toList();
    if (ordered.isEmpty() || ordered.size() != parts(ordered.get(0).headers())) {
      throw new InvalidMessageException("a batch with missing or duplicate parts");
    }
    BatchKey key = key(ordered.get(0).headers());
    List<Map<String, Tensor>> bodies = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      Map<String, String> headers = ordered.get(i).headers();
      if (part(headers) != i || !key(headers).equals(key)) {
        throw new InvalidMessageException(
            "part "
                + part(headers)
                + " of "
                + key(headers)
                + " where part "
                + i
                + " of "
                + key
                + " belongs");
      }
      bodies.add(Safetensors.read(ordered.get(i).body()));
    }
    String skipped = ordered.get(0).headers().get(FeatureHeaders.SKIPPED);
    return new FeatureBatch(
        key,
        joinFeatures(bodies),
        joinInts(bodies, "frames"),
        joinInts(bodies, "labels"),
        joinInts(bodies, "label_lengths"),
        bodies.stream()
            .flatMapToLong(body -> Arrays.stream(tensor(body, "utterances").toLongs()))
            .toArray(),
        joinTexts(bodies),
        skipped == null ? List.of() : List.of(Json.read(skipped, SkippedUtterance[].class)));
  }

  /**
   * The end of a part. The first part may have no utterances, only the skipped ones.
   *
   * @param utterance index of the first utterance whose number, labels and text belong to the next
   *     part
   * @param frame index in the batch of the first frame of the next part
   */
  private record PartEnd(int utterance, int frame) {}

  private static List<PartEnd> cut(FeatureBatch batch, int skippedBytes) {
    List<PartEnd> ends = new ArrayList<>();
    long bytes = skippedBytes;
    int frame = 0;
    for (int i = 0; i < batch.size(); i++) {
      int frames = batch.frames()[i];
      long size = FRAME_BYTES * frames + besideFeatures(batch, i);
      if (bytes > 0 && bytes + size > LARGEST_PART) {
        ends.add(new PartEnd(i, frame));
        bytes = 0;
      }
      if (size > LARGEST_PART) {
        int end = frame + frames;
        frame += (int) ((LARGEST_PART - besideFeatures(batch, i)) / FRAME_BYTES);
        while (frame < end) {
          ends.add(new PartEnd(i + 1, frame));
          frame = Math.min(end, frame + (int) (LARGEST_PART / FRAME_BYTES));
        }
        // The next utterance starts a new part.
        bytes = LARGEST_PART;
      } else {
        frame += frames;
        bytes += size;
      }
    }
    ends.add(new PartEnd(batch.size(), frame));
    return ends;
  }

  private static long besideFeatures(FeatureBatch batch, int utterance) {
    long size =
        4L * batch.labelLengths()[utterance]
            + batch.texts().get(utterance).getBytes(StandardCharsets.UTF_8).length
            + 20;
    InvalidMessageException.require(
        size + FRAME_BYTES <= LARGEST_PART,
        "utterance " + batch.utterances()[utterance],
        size + " bytes of text and labels",
        "less than " + LARGEST_PART);
    return size;
  }

  private static int[] joinInts(List<Map<String, Tensor>> bodies, String name) {
    return bodies.stream()
        .flatMapToInt(body -> Arrays.stream(tensor(body, name).toInts()))
        .toArray();
  }

  private static List<String> joinTexts(List<Map<String, Tensor>> bodies) {
    List<String> texts = new ArrayList<>();
    for (Map<String, Tensor> body : bodies) {
      byte[] bytes = tensor(body, "texts").toBytes();
      int at = 0;
      for (int length : tensor(body, "text_lengths").toInts()) {
        InvalidMessageException.require(
            length >= 0 && length <= bytes.length - at,
            "text_lengths",
            length,
            "lengths that sum to the " + bytes.length + " bytes of texts");
        texts.add(new String(bytes, at, length, StandardCharsets.UTF_8));
        at += length;
      }
    }
    return texts;
  }

  private static short[] joinFeatures(List<Map<String, Tensor>> bodies) {
    int elements =
        bodies.stream().mapToInt(b -> tensor(b, "features").data().remaining() / 2).sum();
    short[] joined = new short[elements];
    int at = 0;
    for (Map<String, Tensor> body : bodies) {
      short[] features = tensor(body, "features").toShorts();
      System.arraycopy(features, 0, joined, at, features.length);
      at += features.length;
    }
    return joined;
  }

  private static Tensor tensor(Map<String, Tensor> body, String name) {
    Tensor tensor = body.get(name);
    if (tensor == null) {
      throw new InvalidMessageException("a feature batch without the tensor " + name);
    }
    return tensor;
  }

  private static Split split(String text) {
    for (Split split : Split.values()) {
      if (split.toString().equals(text)) {
        return split;
      }
    }
    throw InvalidMessageException.field(FeatureHeaders.SPLIT, text, "train or test");
  }

  private static String text(Map<String, String> headers, String name) {
    String text = headers.get(name);
    InvalidMessageException.require(text != null, name, null, "a string");
    return text;
  }

  private static int number(Map<String, String> headers, String name) {
    String text = headers.get(name);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(name, text, "a whole number").getMessage(), e);
    }
  }

  /** Encodes the parts of a batch one after the other. */
  private static final class Cursor {
    private final FeatureBatch batch;
    private int utterance;
    private int frame;
    private int label;

    Cursor(FeatureBatch batch) {
      this.batch = batch;
    }

    /** The safetensors body from the end of the last part to the given end. */
    byte[] bodyUpTo(PartEnd end) {
      int to = end.utterance();
      int[] frames = Arrays.copyOfRange(batch.frames(), utterance, to);
      int[] labelLengths = Arrays.copyOfRange(batch.labelLengths(), utterance, to);
      int frameEnd = end.frame();
      int labelEnd = label + Arrays.stream(labelLengths).sum();
      List<byte[]> texts =
          batch.texts().subList(utterance, to).stream()
              .map(text -> text.getBytes(StandardCharsets.UTF_8))
              .toList();
      byte[] text = new byte[texts.stream().mapToInt(t -> t.length).sum()];
      int at = 0;
      for (byte[] t : texts) {
        System.arraycopy(t, 0, text, at, t.length);
        at += t.length;
      }
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put(
          "utterances",
          Tensor.i64(Arrays.copyOfRange(batch.utterances(), utterance, to), frames.length));
      tensors.put("frames", Tensor.i32(frames, frames.length));
      tensors.put("label_lengths", Tensor.i32(labelLengths, frames.length));
      tensors.put(
          "labels",
          Tensor.i32(Arrays.copyOfRange(batch.labels(), label, labelEnd), labelEnd - label));
      tensors.put(
          "text_lengths",
          Tensor.i32(texts.stream().mapToInt(t -> t.length).toArray(), frames.length));
      tensors.put(
          "features",
          Tensor.f16(
              batch.features(),
              frame * FeatureBatch.BINS,
              frameEnd * FeatureBatch.BINS,
              frameEnd - frame,
              FeatureBatch.BINS));
      tensors.put("texts", Tensor.u8(text));
      utterance = to;
      frame = frameEnd;
      label = labelEnd;
      return Safetensors.write(tensors);
    }
  }
}
