package deepspeech.acoustic.model;

import deepspeech.messages.InvalidMessageException;
import java.util.List;
import java.util.Set;

/**
 * The layers of a model that are not trained. Neither gradient nor L2 changes them, their moments
 * stay as they are, and the gradients' norm does not count them.
 *
 * <p>The batch normalisation of a frozen layer uses its running statistics and leaves them as they
 * are, as in evaluation. With the statistics of each batch the layer would compute something that
 * nobody will use later, and its running statistics would drift to the new data beneath weights
 * that cannot follow. So a frozen layer is the function that it was in the checkpoint.
 *
 * @param layers of {@link ModelShape#layers()}
 */
public record FrozenLayers(Set<String> layers) {
  /** All layers are trained. */
  public static final FrozenLayers NONE = new FrozenLayers(Set.of());

  /** Copies the set. */
  public FrozenLayers {
    layers = Set.copyOf(layers);
  }

  /**
   * Throws unless the layers are layers of the model and one is left to train.
   *
   * @throws InvalidMessageException naming the layer and those that there are
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
        layers.size() < shape.layers().size(), "frozen_layers", "all layers", "one less at least");
  }

  /** Whether the parameter, or running statistic, stays as it is. */
  public boolean contains(Parameter parameter) {
    return layers.stream().anyMatch(parameter::isOf);
  }

  /** What the optimiser changes, in the order of the shape. */
  List<Parameter> trained(ModelShape shape) {
    return shape.parameters().stream()
        .filter(parameter -> parameter.role() == Parameter.Role.TRAINABLE && !contains(parameter))
        .toList();
  }

  /** Bit {@code i} is set if layer {@code i} of the shape is frozen. */
  int bits(ModelShape shape) {
    List<String> names = shape.layers();
    return layers.stream().mapToInt(layer -> 1 << names.indexOf(layer)).reduce(0, (a, b) -> a | b);
  }
}
