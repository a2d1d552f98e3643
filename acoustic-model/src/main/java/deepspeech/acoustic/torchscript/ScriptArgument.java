package deepspeech.acoustic.torchscript;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** An argument of a TorchScript method: a {@code Tensor} or a {@code List[Tensor]}. */
public final class ScriptArgument {
  private final List<NDArray> arrays;
  private final boolean list;

  private ScriptArgument(List<NDArray> arrays, boolean list) {
    this.arrays = List.copyOf(arrays);
    this.list = list;
  }

  /** Creates an argument of type {@code Tensor}. */
  public static ScriptArgument of(NDArray array) {
    return new ScriptArgument(List.of(array), false);
  }

  /**
   * Creates an argument of type {@code List[Tensor]}. The list must not be empty, because DJL
   * cannot pass an empty list.
   */
  public static ScriptArgument listOf(List<? extends NDArray> arrays) {
    if (arrays.isEmpty()) {
      throw new IllegalArgumentException("a list argument must hold at least one array");
    }
    return new ScriptArgument(List.copyOf(arrays), true);
  }

  List<NDArray> arrays() {
    return arrays;
  }

  boolean isList() {
    return list;
  }
}
