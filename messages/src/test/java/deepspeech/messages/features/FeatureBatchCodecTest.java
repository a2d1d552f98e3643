package deepspeech.messages.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureBatchCodecTest {
  private static final String FINGERPRINT = "ab".repeat(32);
  private static final BatchKey KEY =
      new BatchKey(new RunId("demo"), Split.TRAIN, FINGERPRINT, 2, 7);

  /** Kafka's default {@code max.message.bytes}. */
  private static final int KAFKA_LIMIT = 1_048_588;

  /**
   * The layout is written by hand from huggingface.co/docs/safetensors and the codec's contract.
   */
  @Test
  void aSmallBatchHasTheseBytesAndHeaders() {
    // Given
    short[] features = new short[3 * 161];
    for (int i = 0; i < features.length; i++) {
      features[i] = (short) (i * 131);
    }
    FeatureBatch batch =
        new FeatureBatch(
            KEY,
            features,
            new int[] {2, 1},
            new int[] {5, 6, 258},
            new int[] {2, 1},
            new long[] {3, 1L << 33},
            List.of("好b", "c"),
            List.of(new SkippedUtterance(9, "a.wav", SkipReason.SILENT, "no energy")));

    // When
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);

    // Then
    String header =
        "{\"utterances\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
            + "\"frames\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[16,24]},"
            + "\"label_lengths\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[24,32]},"
            + "\"labels\":{\"dtype\":\"I32\",\"shape\":[3],\"data_offsets\":[32,44]},"
            + "\"text_lengths\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[44,52]},"
            + "\"features\":{\"dtype\":\"F16\",\"shape\":[3,161],\"data_offsets\":[52,1018]},"
            + "\"texts\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[1018,1023]}}";
    int padded = (header.length() + 7) / 8 * 8;
    ByteBuffer expected =
        ByteBuffer.allocate(8 + padded + 1023).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    expected.put(header.getBytes(StandardCharsets.US_ASCII));
    while (expected.position() < 8 + padded) {
      expected.put((byte) ' ');
    }
    expected.putLong(3).putLong(1L << 33);
    expected.putInt(2).putInt(1);
    expected.putInt(2).putInt(1);
    expected.putInt(5).putInt(6).putInt(258);
    expected.putInt(4).putInt(1);
    for (short feature : features) {
      expected.putShort(feature);
    }
    expected.put(new byte[] {(byte) 0xe5, (byte) 0xa5, (byte) 0xbd, 'b', 'c'});
    assertThat(parts).hasSize(1);
    assertThat(parts.get(0).body()).isEqualTo(expected.array());
    assertThat(parts.get(0).headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ds_reply", "batch",
                "ds_run", "demo",
                "ds_split", "train",
                "ds_fingerprint", FINGERPRINT,
                "ds_epoch", "2",
                "ds_batch", "7",
                "ds_part", "0",
                "ds_parts", "1",
                "ds_left_out",
                    "[{\"utterance\":9,\"path\":\"a.wav\",\"reason\":\"silent\","
                        + "\"detail\":\"no energy\"}]"));
  }

  @Test
  void aBatchOfSeveralPartsIsReadWhateverTheirOrder() {
    // Given
    FeatureBatch batch = batch(900, 1400, 1, 0, 3000, 30, 700);

    // When
    List<FeatureBatchPart> parts = new ArrayList<>(FeatureBatchCodec.encode(batch));
    Collections.reverse(parts);
    FeatureBatch decoded = FeatureBatchCodec.decode(parts);

    // Then
    assertThat(parts).hasSizeGreaterThan(2);
    assertSame(decoded, batch);
  }

  @Test
  void aBatchWithoutUtterancesIsOnePart() {
    // Given
    FeatureBatch batch = batch();

    // When
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);

    // Then
    assertThat(parts).hasSize(1);
    assertSame(FeatureBatchCodec.decode(parts), batch);
  }

  @Test
  void encodingTwiceGivesTheSameBytes() {
    // Given
    FeatureBatch batch = batch(2000, 2000);

    // When
    List<FeatureBatchPart> once = FeatureBatchCodec.encode(batch);
    List<FeatureBatchPart> twice = FeatureBatchCodec.encode(batch);

    // Then
    assertThat(once).hasSize(2);
    for (int i = 0; i < once.size(); i++) {
      assertThat(twice.get(i).headers()).isEqualTo(once.get(i).headers());
      assertThat(twice.get(i).body()).isEqualTo(once.get(i).body());
    }
  }

  @Test
  void everyPartFitsARecordOfKafkasDefaultSizeWhateverWasSkipped() {
    // Given
    List<SkippedUtterance> skipped =
        IntStream.range(0, 2000)
            .mapToObj(
                i ->
                    new SkippedUtterance(
                        i, "folder/" + "n".repeat(80) + i, SkipReason.BROKEN_AUDIO, "why"))
            .toList();
    FeatureBatch whole = batch(3000, 3000, 1500, 1500);
    FeatureBatch batch =
        new FeatureBatch(
            KEY,
            whole.features(),
            whole.frames(),
            whole.labels(),
            whole.labelLengths(),
            whole.utterances(),
            whole.texts(),
            skipped);

    // When
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);

    // Then
    assertThat(parts)
        .allSatisfy(
            part ->
                assertThat(
                        part.body().length
                            + part.headers().entrySet().stream()
                                .mapToInt(
                                    header ->
                                        header.getKey().length()
                                            + header
                                                .getValue()
                                                .getBytes(StandardCharsets.UTF_8)
                                                .length)
                                .sum())
                    .isLessThan(KAFKA_LIMIT - 1000));
    assertSame(FeatureBatchCodec.decode(parts), batch);
  }

  @Test
  void anUtteranceLargerThanAPartContinuesInTheNextOnes() {
    // Given
    FeatureBatch batch = batch(10, 6000, 20, 9000);

    // When
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);

    // Then
    assertThat(parts).hasSize(7);
    assertThat(parts)
        .allSatisfy(part -> assertThat(part.body().length).isLessThan(KAFKA_LIMIT - 40_000));
    assertThat(Safetensors.read(parts.get(2).body()).get("frames").toInts()).isEmpty();
    assertThat(Safetensors.read(parts.get(3).body()).get("frames").toInts()).containsExactly(20);
    List<FeatureBatchPart> shuffled = new ArrayList<>(parts);
    Collections.reverse(shuffled);
    assertSame(FeatureBatchCodec.decode(shuffled), batch);
  }

  @Test
  void aTextLargerThanAPartIsNamed() {
    // Given
    FeatureBatch small = batch(10);
    FeatureBatch batch =
        new FeatureBatch(
            KEY,
            small.features(),
            small.frames(),
            small.labels(),
            small.labelLengths(),
            small.utterances(),
            List.of("x".repeat(1_000_000)),
            List.of());

    // When
    var thrown = assertThatThrownBy(() -> FeatureBatchCodec.encode(batch));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .message()
        .startsWith("utterance ")
        .endsWith("allowed: less than 1000000");
  }

  @Test
  void missingDoubledAndForeignPartsAreRefused() {
    // Given
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch(3000, 3000));
    FeatureBatchPart foreign = with(parts.get(1), FeatureHeaders.BATCH, "8");

    // When
    var none = assertThatThrownBy(() -> FeatureBatchCodec.decode(List.of()));
    var missing = assertThatThrownBy(() -> FeatureBatchCodec.decode(parts.subList(0, 1)));
    var doubled =
        assertThatThrownBy(() -> FeatureBatchCodec.decode(List.of(parts.get(0), parts.get(0))));
    var other = assertThatThrownBy(() -> FeatureBatchCodec.decode(List.of(parts.get(0), foreign)));

    // Then
    none.isInstanceOf(InvalidMessageException.class).hasMessageContaining("missing or duplicate");
    missing
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("missing or duplicate");
    doubled.isInstanceOf(InvalidMessageException.class).hasMessageContaining("belongs");
    other.isInstanceOf(InvalidMessageException.class).hasMessageContaining("batch=8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ds_run", "ds_split", "ds_fingerprint", "ds_epoch", "ds_batch"})
  void aMissingHeaderIsNamed(String header) {
    // Given
    Map<String, String> headers =
        new HashMap<>(FeatureBatchCodec.encode(batch(1)).get(0).headers());
    headers.remove(header);

    // When
    var thrown = assertThatThrownBy(() -> FeatureBatchCodec.key(headers));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .message()
        .contains(header.substring("ds_".length()))
        .contains("null given, allowed: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"frames", "labels", "label_lengths", "utterances", "texts", "text_lengths"})
  void aTensorThatIsMissingOrContradictsTheOthersIsRefusedInOneLine(String name) {
    // Given
    FeatureBatchPart part = FeatureBatchCodec.encode(batch(2, 3)).get(0);
    Map<String, Tensor> without = new LinkedHashMap<>(Safetensors.read(part.body()));
    Map<String, Tensor> other = new LinkedHashMap<>(without);
    without.remove(name);
    other.put(
        name,
        switch (name) {
          case "utterances" -> Tensor.i64(new long[] {1}, 1);
          case "texts" -> Tensor.u8(new byte[] {'x'});
          default -> Tensor.i32(new int[] {-1, 6}, 2);
        });

    // When
    var missing = assertThatThrownBy(() -> decode(part, without));
    var contradicting =
        name.equals("labels") ? missing : assertThatThrownBy(() -> decode(part, other));

    // Then
    missing
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("a feature batch without the tensor " + name);
    contradicting
        .isInstanceOf(InvalidMessageException.class)
        .message()
        .hasLineCount(1)
        .contains(name.equals("texts") ? "text_lengths" : name);
  }

  @Test
  void aBodyThatIsNoSafetensorsFileIsRefused() {
    // Given
    FeatureBatchPart part = FeatureBatchCodec.encode(batch(2)).get(0);
    byte[] cut = Arrays.copyOf(part.body(), part.body().length - 1);

    // When
    var thrown =
        assertThatThrownBy(
            () -> FeatureBatchCodec.decode(List.of(new FeatureBatchPart(part.headers(), cut))));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).message().hasLineCount(1);
  }

  private static FeatureBatch decode(FeatureBatchPart part, Map<String, Tensor> tensors) {
    return FeatureBatchCodec.decode(
        List.of(new FeatureBatchPart(part.headers(), Safetensors.write(tensors))));
  }

  private static FeatureBatchPart with(FeatureBatchPart part, String header, String value) {
    Map<String, String> headers = new HashMap<>(part.headers());
    headers.put(header, value);
    return new FeatureBatchPart(headers, part.body());
  }

  /** Utterances of so many frames, with texts and labels of changing lengths. */
  private static FeatureBatch batch(int... frames) {
    short[] features = new short[Arrays.stream(frames).sum() * FeatureBatch.BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (short) (i * 7919);
    }
    int[] labelLengths = IntStream.range(0, frames.length).map(i -> i % 3).toArray();
    int[] labels = IntStream.range(0, Arrays.stream(labelLengths).sum()).toArray();
    return new FeatureBatch(
        KEY,
        features,
        frames,
        labels,
        labelLengths,
        IntStream.range(0, frames.length).mapToLong(i -> i + 1L).toArray(),
        IntStream.range(0, frames.length).mapToObj(i -> "文 " + "é".repeat(i)).toList(),
        List.of());
  }

  @Test
  void aBatchOfWhichEverythingWasSkippedFitsARecordAndKeepsTheReasons() {
    // Given
    List<SkippedUtterance> skipped =
        IntStream.range(0, 8192)
            .mapToObj(
                i ->
                    new SkippedUtterance(
                        i,
                        "audio/" + "long/".repeat(50) + i + ".wav",
                        SkipReason.MISSING_AUDIO,
                        "the file does not exist"))
            .toList();
    FeatureBatch batch =
        new FeatureBatch(
            KEY, new short[0], new int[0], new int[0], new int[0], new long[0], List.of(), skipped);

    // When
    List<FeatureBatchPart> parts = FeatureBatchCodec.encode(batch);

    // Then
    int bytes =
        parts.get(0).body().length
            + parts.get(0).headers().values().stream()
                .mapToInt(value -> value.getBytes(StandardCharsets.UTF_8).length)
                .sum();
    assertThat(bytes).isLessThan(KAFKA_LIMIT);
    List<SkippedUtterance> decoded = FeatureBatchCodec.decode(parts).skipped();
    assertThat(decoded).hasSize(8192);
    assertThat(decoded).allMatch(utterance -> utterance.reason() == SkipReason.MISSING_AUDIO);
    assertThat(decoded).extracting(SkippedUtterance::utterance).isSorted();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "2147483647", "65537", "x"})
  void aNumberOfPartsThatNoBatchHasIsRefused(String parts) {
    // When
    var thrown =
        assertThatThrownBy(() -> FeatureBatchCodec.parts(Map.of(FeatureHeaders.PARTS, parts)));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class);
  }

  private static void assertSame(FeatureBatch decoded, FeatureBatch batch) {
    assertThat(decoded.key()).isEqualTo(batch.key());
    assertThat(decoded.features()).isEqualTo(batch.features());
    assertThat(decoded.frames()).isEqualTo(batch.frames());
    assertThat(decoded.labels()).isEqualTo(batch.labels());
    assertThat(decoded.labelLengths()).isEqualTo(batch.labelLengths());
    assertThat(decoded.utterances()).isEqualTo(batch.utterances());
    assertThat(decoded.texts()).isEqualTo(batch.texts());
    assertThat(decoded.skipped()).isEqualTo(batch.skipped());
  }
}
