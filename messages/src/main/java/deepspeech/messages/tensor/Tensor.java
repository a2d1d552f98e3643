package deepspeech.messages.tensor;

import deepspeech.messages.InvalidMessageException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * An array as in the safetensors format.
 *
 * @param shape dimensions; empty for a scalar
 * @param data little-endian elements, row major, from the buffer's position to its limit
 */
public record Tensor(TensorType type, List<Long> shape, ByteBuffer data) {
  public Tensor {
    shape = List.copyOf(shape);
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    InvalidMessageException.require(
        shape.stream().allMatch(dimension -> dimension >= 0), "shape", shape, "dimensions from 0");
    BigInteger bytes =
        shape.stream()
            .map(BigInteger::valueOf)
            .reduce(BigInteger.valueOf(type.bytes()), BigInteger::multiply);
    InvalidMessageException.require(
        bytes.equals(BigInteger.valueOf(data.remaining())),
        "tensor",
        data.remaining() + " bytes",
        bytes + " bytes for " + type + " " + shape);
  }

  public static Tensor f16(short[] values, long... shape) {
    return f16(values, 0, values.length, shape);
  }

  /**
   * A tensor of the values in a range.
   *
   * @param from first index, inclusive
   * @param to last index, exclusive
   */
  public static Tensor f16(short[] values, int from, int to, long... shape) {
    ByteBuffer data = allocate(to - from, 2);
    data.asShortBuffer().put(values, from, to - from);
    return new Tensor(TensorType.F16, boxed(shape), data);
  }

  public static Tensor f32(float[] values, long... shape) {
    ByteBuffer data = allocate(values.length, 4);
    data.asFloatBuffer().put(values);
    return new Tensor(TensorType.F32, boxed(shape), data);
  }

  public static Tensor f64(double[] values, long... shape) {
    ByteBuffer data = allocate(values.length, 8);
    data.asDoubleBuffer().put(values);
    return new Tensor(TensorType.F64, boxed(shape), data);
  }

  public static Tensor i32(int[] values, long... shape) {
    ByteBuffer data = allocate(values.length, 4);
    data.asIntBuffer().put(values);
    return new Tensor(TensorType.I32, boxed(shape), data);
  }

  public static Tensor i64(long[] values, long... shape) {
    ByteBuffer data = allocate(values.length, 8);
    data.asLongBuffer().put(values);
    return new Tensor(TensorType.I64, boxed(shape), data);
  }

  public static Tensor u8(byte[] values) {
    return new Tensor(TensorType.U8, List.of((long) values.length), ByteBuffer.wrap(values));
  }

  public short[] toShorts() {
    require(TensorType.F16);
    short[] values = new short[data.remaining() / 2];
    view().asShortBuffer().get(values);
    return values;
  }

  public float[] toFloats() {
    require(TensorType.F32);
    float[] values = new float[data.remaining() / 4];
    view().asFloatBuffer().get(values);
    return values;
  }

  public double[] toDoubles() {
    require(TensorType.F64);
    double[] values = new double[data.remaining() / 8];
    view().asDoubleBuffer().get(values);
    return values;
  }

  public int[] toInts() {
    require(TensorType.I32);
    int[] values = new int[data.remaining() / 4];
    view().asIntBuffer().get(values);
    return values;
  }

  public long[] toLongs() {
    require(TensorType.I64);
    long[] values = new long[data.remaining() / 8];
    view().asLongBuffer().get(values);
    return values;
  }

  public byte[] toBytes() {
    byte[] values = new byte[data.remaining()];
    view().get(values);
    return values;
  }

  private ByteBuffer view() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(TensorType wanted) {
    InvalidMessageException.require(type == wanted, "tensor type", type, wanted.toString());
  }

  private static ByteBuffer allocate(int elements, int bytes) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<Long> boxed(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
