package deepspeech.messages.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layouts written by hand from the format's description, huggingface.co/docs/safetensors. */
class SafetensorsTest {
  @Test
  void aFileIsHeaderLengthThenPaddedHeaderThenLittleEndianData() {
    // Given
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("b", Tensor.i32(new int[] {1, -2}, 2));
    tensors.put("a", Tensor.u8(new byte[] {7}));

    // When
    byte[] file = Safetensors.write(tensors);

    // Then
    String header =
        "{\"b\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}";
    assertThat(header).hasSize(106);
    assertThat(file)
        .isEqualTo(
            concat(
                hex("70 00 00 00 00 00 00 00"),
                header.getBytes(StandardCharsets.US_ASCII),
                hex("20 20 20 20 20 20"),
                hex("01 00 00 00 fe ff ff ff 07")));
  }

  @Test
  void everyElementTypeIsLittleEndian() {
    // Given
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("i64", Tensor.i64(new long[] {0x0102030405060708L}, 1));
    tensors.put("f64", Tensor.f64(new double[] {1.0}, 1));
    tensors.put("f32", Tensor.f32(new float[] {-2.0f}, 1));
    tensors.put("f16", Tensor.f16(new short[] {0x3c00}, 1));

    // When
    byte[] file = Safetensors.write(tensors);

    // Then
    int data = file.length - 22;
    assertThat(ByteBuffer.wrap(file).slice(data, 22))
        .isEqualTo(
            ByteBuffer.wrap(
                hex("08 07 06 05 04 03 02 01 00 00 00 00 00 00 f0 3f 00 00 00 c0 00 3c")));
    assertThat(data % 8).isZero();
  }

  @Test
  void aFileOfAnotherWriterIsReadWhateverItsOrderMetadataAndPadding() {
    // Given
    String header =
        "{\"second\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[2,10]},"
            + "\"__metadata__\":{\"format\":\"pt\"},"
            + "\"first\":{\"data_offsets\":[0,2],\"dtype\":\"F16\",\"shape\":[]}} \n ";

    // When
    Map<String, Tensor> tensors =
        Safetensors.read(file(header, hex("00 3c 00 00 80 3f 00 00 00 40")));

    // Then
    assertThat(tensors).containsOnlyKeys("second", "first");
    assertThat(tensors.get("first").shape()).isEmpty();
    assertThat(tensors.get("first").toShorts()).containsExactly((short) 0x3c00);
    assertThat(tensors.get("second").shape()).containsExactly(1L, 2L);
    assertThat(tensors.get("second").toFloats()).containsExactly(1f, 2f);
  }

  @Test
  void allTypesComeBackFromMemoryAndFromAFile(@TempDir Path directory) throws Exception {
    // Given
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("i64", Tensor.i64(new long[] {Long.MIN_VALUE, 5}, 2));
    tensors.put("i32", Tensor.i32(new int[] {Integer.MAX_VALUE}, 1, 1));
    tensors.put("f64", Tensor.f64(new double[] {Math.PI}, 1));
    tensors.put("f32", Tensor.f32(new float[] {1f, 2f, 3f, 4f}, 2, 2));
    tensors.put("f16", Tensor.f16(new short[] {-1}, 1));
    tensors.put("u8", Tensor.u8(new byte[] {-128, 127}));
    tensors.put("none", Tensor.i32(new int[0], 0));
    Path file = directory.resolve("t.safetensors");
    try (var out = Files.newOutputStream(file)) {
      Safetensors.write(tensors, Map.of("run", "demo"), out);
    }

    // When
    Map<String, Tensor> fromMemory = Safetensors.read(Safetensors.write(tensors));
    Map<String, Tensor> fromFile = Safetensors.read(file);

    // Then
    for (Map<String, Tensor> read : List.of(fromMemory, fromFile)) {
      assertThat(read.keySet()).containsExactlyElementsOf(tensors.keySet());
      assertThat(read.get("i64").toLongs()).containsExactly(Long.MIN_VALUE, 5);
      assertThat(read.get("i32").toInts()).containsExactly(Integer.MAX_VALUE);
      assertThat(read.get("i32").shape()).containsExactly(1L, 1L);
      assertThat(read.get("f64").toDoubles()).containsExactly(Math.PI);
      assertThat(read.get("f32").toFloats()).containsExactly(1f, 2f, 3f, 4f);
      assertThat(read.get("f16").toShorts()).containsExactly((short) -1);
      assertThat(read.get("u8").toBytes()).containsExactly(-128, 127);
      assertThat(read.get("none").toInts()).isEmpty();
    }
  }

  @Test
  void metadataStandInTheHeader() throws Exception {
    // Given
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    // When
    Safetensors.write(Map.of(), Map.of("run", "demo"), out);

    // Then
    assertThat(out.toByteArray())
        .isEqualTo(
            concat(
                hex("20 00 00 00 00 00 00 00"),
                "{\"__metadata__\":{\"run\":\"demo\"}} ".getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "08 00 00 00 00 00 00 00 7b 7d",
        "ff ff ff ff ff ff ff ff",
        "ff ff ff ff ff ff ff 7f 7b 7d",
        "00 00 00 00 00 00 00 00 7b 7d"
      })
  void aFileWhoseHeaderIsCutOffIsRefused(String bytes) {
    // When
    var thrown = assertThatThrownBy(() -> Safetensors.read(hex(bytes)));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("not a safetensors file: the header is cut off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | not a safetensors file: the header is not JSON",
        "[1] | not a safetensors file: the header is not a JSON object",
        "{\"x\":7} | tensor x: bytes -1 to -1 given, the data have 4 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}} | tensor x: bytes 0 to 8 given, the data have 4 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}} | tensor x: bytes 4 to 0 given, the data have 4 bytes",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}} | tensor x: tensor: \"4 bytes\" given, allowed: 8 bytes for F32 [2]",
        "{\"x\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}} | tensor x: type BF16 given, allowed: [F16, F32, F64, I32, I64, U8]",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}} | tensor x: shape: [-1, -1] given, allowed: dimensions from 0",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}} | tensor x: tensor: \"4 bytes\" given, allowed: 73786976294838206464 bytes for F32 [4294967296, 4294967296]",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}} | tensor x: shape: [\"1\"] given, allowed: a list of whole numbers from 0",
        "{\"x\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}} | tensor x: shape:"
      })
  void aHeaderThatContradictsTheDataIsRefusedInOneLine(String header, String line) {
    // When
    var thrown = assertThatThrownBy(() -> Safetensors.read(file(header, new byte[4])));

    // Then
    thrown.isInstanceOf(InvalidMessageException.class).message().startsWith(line).hasLineCount(1);
  }

  @Test
  void anUnreadableFileIsNamed(@TempDir Path directory) throws Exception {
    // Given
    Path file = Files.write(directory.resolve("cut.safetensors"), new byte[] {1, 2, 3});

    // When
    var thrown = assertThatThrownBy(() -> Safetensors.read(file));

    // Then
    thrown.hasMessage(file + ": not a safetensors file: the header is cut off");
  }

  @Test
  void elementsOfAnotherTypeAreNotHandedOut() {
    // Given
    Tensor tensor = Tensor.f32(new float[] {1}, 1);

    // When
    var thrown = assertThatThrownBy(tensor::toInts);

    // Then
    thrown.hasMessage("tensor type: F32 given, allowed: I32");
  }

  private static byte[] file(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  private static byte[] hex(String bytes) {
    return HexFormat.of().parseHex(bytes.replace(" ", ""));
  }

  private static byte[] concat(byte[]... pieces) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      out.writeBytes(piece);
    }
    return out.toByteArray();
  }
}
