package deepspeech.acoustic.model;

import deepspeech.messages.InvalidMessageException;
import java.util.List;
import java.util.Set;

/**
 * The layers of a model that are not trained. Neither gradients nor L2 change them, their moments
 * stay unchanged, and the norm of the gradients excludes them.
 *
 * <p>The batch normalisation of a frozen layer uses its running statistics and does not change
 * them, as in evaluation. With the statistics of each batch, the layer would compute a function
 * that is never used later, and its running statistics would drift to the new data while its
 * weights stay fixed. A frozen layer therefore remains the function that it was in the checkpoint.
 *
 * @param layers names from {@link ModelShape#layers()}
 */
public record FrozenLayers(Set<String> layers) {
  /** All layers are trained. */
  public static final FrozenLayers NONE = new FrozenLayers(Set.of());

  public FrozenLayers {
    layers = Set.copyOf(layers);
  }

  /**
   * Requires that all names are layers of the model and that at least one layer is trained.
   *
   * @throws InvalidMessageException naming the layer and the layers of the model
   */
  void requireOf(ModelShape shape) {
    for (String layer : layers) {
      InvalidMessageException.require(
          shape.layers().contains(layer),
          "frozen_layers",
          layer,
          String.join(", ", shape.layers()));
    }
    InvalidMessageException.require(
        layers.size() < shape.layers().size(),
        "frozen_layers",
        "all layers",
        "at least one layer fewer");
  }

  /** Returns true if the parameter or running statistic stays unchanged. */
  public boolean contains(Parameter parameter) {
    return layers.stream().anyMatch(parameter::isOf);
  }

  /** Returns the parameters that the optimiser changes, in the order of the shape. */
  List<Parameter> trained(ModelShape shape) {
    return shape.parameters().stream()
        .filter(parameter -> parameter.role() == Parameter.Role.TRAINABLE && !contains(parameter))
        .toList();
  }

  /** Returns a bit set: bit {@code i} is set if layer {@code i} of the shape is frozen. */
  int bits(ModelShape shape) {
    List<String> names = shape.layers();
    return layers.stream().mapToInt(layer -> 1 << names.indexOf(layer)).reduce(0, (a, b) -> a | b);
  }
}
