package deepspeech.messages.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The safetensors format: the header length as eight little-endian bytes, a JSON header padded with
 * spaces to a multiple of 8 bytes, then the bytes of all tensors in the order of the map. Equal
 * maps give equal bytes.
 *
 * <p>Source: https://huggingface.co/docs/safetensors, section "Format".
 */
public final class Safetensors {
  private static final int LONGEST_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";

  private Safetensors() {}

  public static byte[] write(Map<String, Tensor> tensors) {
    ByteBuffer start = start(tensors, Map.of());
    int size =
        tensors.values().stream()
            .mapToInt(tensor -> tensor.data().remaining())
            .reduce(start.remaining(), Math::addExact);
    ByteBuffer body = ByteBuffer.allocate(size).put(start);
    tensors.values().forEach(tensor -> body.put(tensor.data().duplicate()));
    return body.array();
  }

  /**
   * Writes a file without holding it in memory as a whole.
   *
   * @param metadata entries of the header's {@code __metadata__}
   */
  public static void write(
      Map<String, Tensor> tensors, Map<String, String> metadata, OutputStream out)
      throws IOException {
    out.write(start(tensors, metadata).array());
    WritableByteChannel channel = Channels.newChannel(out);
    for (Tensor tensor : tensors.values()) {
      ByteBuffer data = tensor.data().duplicate();
      while (data.hasRemaining()) {
        channel.write(data);
      }
    }
  }

  /** The header with its length: all bytes before the tensors. */
  private static ByteBuffer start(Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(METADATA, metadata);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long end = offset + tensor.data().remaining();
      Map<String, Object> description = new LinkedHashMap<>();
      description.put("dtype", tensor.type().name());
      description.put("shape", tensor.shape());
      description.put("data_offsets", List.of(offset, end));
      header.put(entry.getKey(), description);
      offset = end;
    }
    byte[] json = Json.write(header);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(json);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    return start.flip();
  }

  /**
   * Reads tensors by name, in the order of the header. They share the given bytes.
   *
   * @throws InvalidMessageException if it is not a complete safetensors file
   */
  public static Map<String, Tensor> read(byte[] body) {
    return read(ByteBuffer.wrap(body));
  }

  /**
   * Reads a file of at most 2 GiB through a memory map, which lives as long as the tensors.
   *
   * @throws InvalidMessageException if it is not a complete safetensors file
   */
  public static Map<String, Tensor> read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      InvalidMessageException.require(
          channel.size() <= Integer.MAX_VALUE, "size", channel.size(), "less than 2 GiB");
      return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException(file + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Tensor> read(ByteBuffer whole) {
    ByteBuffer body = whole.slice().order(ByteOrder.LITTLE_ENDIAN);
    long length = body.remaining() < 8 ? -1 : body.getLong();
    if (length < 2 || length > LONGEST_HEADER || length > body.remaining()) {
      throw new InvalidMessageException("not a safetensors file: the header is cut off");
    }
    byte[] json = new byte[(int) length];
    body.get(json);
    JsonNode header;
    try {
      header = Json.readTree(json);
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException(
          "not a safetensors file: the header is " + e.getMessage(), e);
    }
    ByteBuffer data = body.slice();
    if (!header.isObject()) {
      throw new InvalidMessageException("not a safetensors file: the header is not a JSON object");
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals(METADATA)) {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), data));
      }
    }
    return tensors;
  }

  private static Tensor tensor(String name, JsonNode description, ByteBuffer data) {
    String type = description.path("dtype").asText();
    long from = description.path("data_offsets").path(0).asLong(-1);
    long to = description.path("data_offsets").path(1).asLong(-1);
    if (from < 0 || to < from || to > data.limit()) {
      throw new InvalidMessageException(
          "tensor %s: bytes %d to %d given, the data have %d bytes"
              .formatted(name, from, to, data.limit()));
    }
    List<Long> shape = new ArrayList<>();
    for (JsonNode dimension : description.path("shape")) {
      InvalidMessageException.require(
          dimension.isIntegralNumber() && dimension.canConvertToLong(),
          "tensor " + name + ": shape",
          description.path("shape"),
          "a list of whole numbers from 0");
      shape.add(dimension.longValue());
    }
    InvalidMessageException.require(
        description.path("shape").isArray(),
        "tensor " + name + ": shape",
        description.path("shape"),
        "a list of whole numbers from 0");
    try {
      return new Tensor(TensorType.valueOf(type), shape, data.slice((int) from, (int) (to - from)));
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException("tensor " + name + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          "tensor " + name + ": type " + type + " given, allowed: " + List.of(TensorType.values()),
          e);
    }
  }
}
