package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import deepspeech.messages.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Operations on lists of arrays; see {@code tensor_lists.py}. */
public final class TensorLists implements AutoCloseable {
  private final TorchScriptModule module = TorchScriptModule.load(archive());

  /** Returns the module that every instance compiles. */
  public static TorchScriptArchive archive() {
    return new TorchScriptArchive(
        "TensorLists", TorchScriptSource.of(TensorLists.class, "tensor_lists.py"), Map.of());
  }

  /** Copies the values of the sources, which may be on any device, into the targets. */
  public void assign(List<? extends NDArray> targets, List<? extends NDArray> sources) {
    inScope(
        targets,
        scope ->
            module.call(
                scope, "assign", ScriptArgument.listOf(targets), ScriptArgument.listOf(sources)));
  }

  /** Adds the sources, which may be on any device, to the targets. */
  public void add(List<? extends NDArray> targets, List<? extends NDArray> sources) {
    inScope(
        targets,
        scope ->
            module.call(
                scope, "add", ScriptArgument.listOf(targets), ScriptArgument.listOf(sources)));
  }

  /** Multiplies every value by a factor. */
  public void scale(List<? extends NDArray> arrays, double factor) {
    inScope(
        arrays,
        scope -> module.call(scope, "scale", ScriptArgument.listOf(arrays), host(scope, factor)));
  }

  /**
   * Moves every value of the targets towards that of the ends, on the same device, by a fraction of
   * the difference.
   *
   * @param fraction from 0 to 1
   */
  public void interpolate(
      List<? extends NDArray> targets, List<? extends NDArray> ends, double fraction) {
    inScope(
        targets,
        scope ->
            module.call(
                scope,
                "interpolate",
                ScriptArgument.listOf(targets),
                ScriptArgument.listOf(ends),
                host(scope, fraction)));
  }

  // A number on the device would have to be copied back.
  private static ScriptArgument host(NDManager scope, double number) {
    return ScriptArgument.of(
        TensorTransfer.toDevice(
            Tensor.f64(new double[] {number}), scope.newSubManager(Device.cpu())));
  }

  /** Returns the Euclidean norm of all values together; not finite if any value is not finite. */
  public float norm(List<? extends NDArray> arrays) {
    try (NDManager scope = arrays.get(0).getManager().newSubManager()) {
      return module.call(scope, "norm", ScriptArgument.listOf(arrays)).get(0).getFloat();
    }
  }

  private static void inScope(List<? extends NDArray> arrays, Consumer<NDManager> action) {
    try (NDManager scope = arrays.get(0).getManager().newSubManager()) {
      action.accept(scope);
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
