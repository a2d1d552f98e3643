package deepspeech.messages.tensor;

/** The element types of safetensors that this project uses. */
public enum TensorType {
  F16(2),
  F32(4),
  F64(8),
  I32(4),
  I64(8),
  U8(1);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of an element, in bytes. */
  public int bytes() {
    return bytes;
  }
}
