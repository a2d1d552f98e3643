package deepspeech.acoustic.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes a model and its initialisers in the protobuf wire format without building them in memory.
 * The fields of a message may occur in any order, and the elements of a repeated field need not be
 * adjacent. The initialisers therefore follow a graph that was serialised without them.
 */
final class OnnxStream {
  private static final int CHUNK_BYTES = 1 << 16;

  private OnnxStream() {}

  /**
   * @param model everything except the graph
   * @param graph everything except the F32 initialisers
   */
  static void write(
      OutputStream out, ModelProto model, GraphProto graph, List<Initializer> initializers)
      throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out, CHUNK_BYTES);
    model.writeTo(coded);
    long graphBytes = graph.getSerializedSize();
    for (Initializer initializer : initializers) {
      long tensorBytes = tensorBytes(initializer);
      graphBytes +=
          CodedOutputStream.computeTagSize(GraphProto.INITIALIZER_FIELD_NUMBER)
              + CodedOutputStream.computeUInt64SizeNoTag(tensorBytes)
              + tensorBytes;
    }
    if (graphBytes > Integer.MAX_VALUE) {
      throw new IOException(
          "the model has "
              + graphBytes
              + " bytes; an ONNX file holds at most "
              + Integer.MAX_VALUE);
    }
    writeLengthTag(coded, ModelProto.GRAPH_FIELD_NUMBER, Math.toIntExact(graphBytes));
    graph.writeTo(coded);
    for (Initializer initializer : initializers) {
      writeInitializer(coded, initializer);
    }
    coded.flush();
  }

  private static void writeInitializer(CodedOutputStream coded, Initializer initializer)
      throws IOException {
    writeLengthTag(
        coded, GraphProto.INITIALIZER_FIELD_NUMBER, Math.toIntExact(tensorBytes(initializer)));
    header(initializer).writeTo(coded);
    writeLengthTag(
        coded, TensorProto.RAW_DATA_FIELD_NUMBER, Math.toIntExact(rawBytes(initializer)));
    RawData raw = new RawData(coded);
    initializer.values().writeTo(raw);
    raw.flush();
    if (raw.written != initializer.elements()) {
      throw new IllegalStateException(
          initializer.name()
              + " has "
              + raw.written
              + " values instead of "
              + initializer.elements());
    }
  }

  private static void writeLengthTag(CodedOutputStream coded, int field, int bytes)
      throws IOException {
    coded.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    coded.writeUInt32NoTag(bytes);
  }

  private static long tensorBytes(Initializer initializer) {
    long raw = rawBytes(initializer);
    return header(initializer).getSerializedSize()
        + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
        + CodedOutputStream.computeUInt64SizeNoTag(raw)
        + raw;
  }

  private static long rawBytes(Initializer initializer) {
    return Math.multiplyExact(Float.BYTES, initializer.elements());
  }

  private static TensorProto header(Initializer initializer) {
    return TensorProto.newBuilder()
        .setName(initializer.name())
        .setDataType(TensorProto.DataType.FLOAT.getNumber())
        .addAllDims(initializer.shape())
        .build();
  }

  /** Writes values in little-endian order, the order of {@code raw_data} on every platform. */
  private static final class RawData implements FloatSink {
    private final CodedOutputStream coded;
    private final ByteBuffer chunk =
        ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long written;

    RawData(CodedOutputStream coded) {
      this.coded = coded;
    }

    @Override
    public void put(float value) throws IOException {
      if (!chunk.hasRemaining()) {
        flush();
      }
      chunk.putFloat(value);
      written++;
    }

    void flush() throws IOException {
      coded.writeRawBytes(chunk.array(), 0, chunk.position());
      chunk.clear();
    }
  }
}
