package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Copies arrays between JVM memory and PyTorch's memory. PyTorch allocates the memory of the copies
 * on its side. That memory always has the same alignment, so that matrix kernels take the same path
 * and round identically. It is freed with its manager.
 */
public final class TensorTransfer {
  private TensorTransfer() {}

  /** Copies a tensor to the manager's device. */
  public static NDArray toDevice(Tensor tensor, NDManager manager) {
    Shape shape = new Shape(tensor.shape().stream().mapToLong(Long::longValue).toArray());
    NDArray host = manager.create(shape, dataType(tensor.type()), Device.cpu());
    if (shape.size() > 0) {
      ByteBuffer memory = host.toByteBuffer(true);
      memory.put(tensor.data().duplicate());
    }
    return moved(host, manager);
  }

  /** Copies whole numbers to the manager's device as I64 {@code [values]}. */
  public static NDArray toDevice(int[] values, NDManager manager) {
    return toDevice(
        Tensor.i64(Arrays.stream(values).asLongStream().toArray(), values.length), manager);
  }

  private static NDArray moved(NDArray host, NDManager manager) {
    if (manager.getDevice().equals(host.getDevice())) {
      return host;
    }
    try (host) {
      return host.toDevice(manager.getDevice(), true);
    }
  }

  /** Copies an array into JVM memory. */
  public static Tensor toHost(NDArray array) {
    return array.getDevice().equals(Device.cpu()) ? copied(array) : toHostFromDevice(array);
  }

  /** The same for an array on another device. */
  static Tensor toHostFromDevice(NDArray array) {
    NDArray host = array.toDevice(Device.cpu(), true);
    try {
      return copied(host);
    } finally {
      // DJL gives a copy on another device a manager of its own, which would live as long as that
      // of the array (JniUtils.to of 0.35.1).
      host.getManager().close();
    }
  }

  private static Tensor copied(NDArray host) {
    return new Tensor(
        tensorType(host.getDataType()),
        Arrays.stream(host.getShape().getShape()).boxed().toList(),
        host.toByteBuffer(false));
  }

  private static DataType dataType(TensorType type) {
    return switch (type) {
      case F16 -> DataType.FLOAT16;
      case F32 -> DataType.FLOAT32;
      case F64 -> DataType.FLOAT64;
      case I32 -> DataType.INT32;
      case I64 -> DataType.INT64;
      case U8 -> DataType.UINT8;
    };
  }

  private static TensorType tensorType(DataType type) {
    return switch (type) {
      case FLOAT16 -> TensorType.F16;
      case FLOAT32 -> TensorType.F32;
      case FLOAT64 -> TensorType.F64;
      case INT32 -> TensorType.I32;
      case INT64 -> TensorType.I64;
      case UINT8 -> TensorType.U8;
      default ->
          throw new IllegalArgumentException(
              "arrays of type " + type + " have no safetensors type");
    };
  }
}
