package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
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

  /**
   * Returns a part of an array as a flat view of the same memory.
   *
   * @param scope owns the view
   * @param array contiguous
   * @param from first value, inclusive
   * @param to last value, exclusive
   */
  public NDArray slice(NDManager scope, NDArray array, int from, int to) {
    try (NDManager numbers = scope.newSubManager()) {
      return module
          .call(
              scope,
              "slice",
              ScriptArgument.of(array),
              ScriptArgument.of(host(numbers, List.of(from, to))))
          .get(0);
    }
  }

  /** Returns the values of all arrays, which are on one device, one array after another. */
  public NDArray flat(NDManager scope, List<? extends NDArray> arrays) {
    return module.call(scope, "flat", ScriptArgument.listOf(arrays)).get(0);
  }

  /**
   * Sums a range of flat arrays in their order and multiplies the sum by a factor. GPUs copy their
   * ranges asynchronously.
   *
   * @param scope owns the results and determines their device
   * @param arrays on any device
   * @param start first value of the range
   * @param sizes the number of values of each result
   * @return the range, divided into flat arrays
   */
  public List<NDArray> sumOfRanges(
      NDManager scope,
      List<? extends NDArray> arrays,
      int start,
      List<Integer> sizes,
      double factor) {
    try (NDManager numbers = scope.newSubManager()) {
      List<Integer> bounds = new ArrayList<>(List.of(start));
      bounds.addAll(sizes);
      return List.copyOf(
          module.call(
              scope,
              "sum_of_ranges",
              ScriptArgument.listOf(arrays),
              ScriptArgument.of(numbers.create(new Shape(0))),
              ScriptArgument.of(host(numbers, bounds)),
              host(numbers, factor)));
    }
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

  private static NDArray host(NDManager scope, List<Integer> numbers) {
    return TensorTransfer.toDevice(
        numbers.stream().mapToInt(Integer::intValue).toArray(), scope.newSubManager(Device.cpu()));
  }

  /** Returns the Euclidean norm of all values together; not finite if any value is not finite. */
  public float norm(List<? extends NDArray> arrays) {
    try (NDManager scope = arrays.get(0).getManager().newSubManager()) {
      return norm(scope, arrays).getFloat();
    }
  }

  /**
   * The same on the device, without waiting for it.
   *
   * @param scope owns the result
   */
  public NDArray norm(NDManager scope, List<? extends NDArray> arrays) {
    return module.call(scope, "norm", ScriptArgument.listOf(arrays)).get(0);
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
