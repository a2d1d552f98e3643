package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Maps each token of a new vocabulary to an output of a trained model: the output of the same
 * token, at any position. The blank is identified by its position, the first. Its output is kept
 * even if its name differs.
 *
 * @param trained the vocabulary of the trained model, tokens by label
 * @param wanted the new vocabulary, tokens by label
 */
public record VocabularyMapping(List<String> trained, List<String> wanted) {
  private static final int NEW = -1;
  private static final List<String> OUTPUT = List.of("output.weight", "output.bias");

  public VocabularyMapping {
    trained = List.copyOf(trained);
    wanted = List.copyOf(wanted);
  }

  /** Returns true if both vocabularies are equal, including the order. */
  public boolean isSame() {
    return trained.equals(wanted);
  }

  /** Returns the number of tokens that keep their output, including the blank. */
  public int keptCount() {
    return wanted.size() - added().size();
  }

  /** Returns the tokens that the trained model lacks, in the order of the new vocabulary. */
  public List<String> added() {
    int[] sources = sources();
    return IntStream.range(0, sources.length)
        .filter(label -> sources[label] == NEW)
        .mapToObj(wanted::get)
        .toList();
  }

  /**
   * Returns the tokens of the trained model that are not in the new vocabulary, in their old order.
   */
  public List<String> dropped() {
    Set<String> kept = new HashSet<>(wanted.subList(1, wanted.size()));
    return trained.subList(1, trained.size()).stream().filter(t -> !kept.contains(t)).toList();
  }

  /** Returns for each new label the label in the trained model, or {@code NEW}. */
  private int[] sources() {
    Map<String, Integer> labels = new HashMap<>();
    for (int label = 1; label < trained.size(); label++) {
      labels.put(trained.get(label), label);
    }
    int[] sources = new int[wanted.size()];
    for (int label = 1; label < sources.length; label++) {
      sources[label] = labels.getOrDefault(wanted.get(label), NEW);
    }
    return sources;
  }

  /**
   * Returns the parameters of a model with the new vocabulary. In the output layer, shared tokens
   * keep their rows, and new tokens get the rows of a fresh model. All other parameters stay
   * unchanged.
   *
   * @param parameters the parameters of the trained model
   * @param shape the shape of the new model
   * @param seed the seed of the fresh rows; see {@link Parameter#initialValues(long)}
   */
  public Map<String, Tensor> apply(Map<String, Tensor> parameters, ModelShape shape, long seed) {
    Map<String, Tensor> mapped = new LinkedHashMap<>(parameters);
    shape.parameters().stream()
        .filter(parameter -> OUTPUT.contains(parameter.name()))
        .forEach(
            parameter ->
                mapped.put(
                    parameter.name(), rows(parameters.get(parameter.name()), parameter, seed)));
    return mapped;
  }

  private Tensor rows(Tensor before, Parameter parameter, long seed) {
    float[] values = parameter.initialValues(seed).toFloats();
    float[] old = before.toFloats();
    int[] sources = sources();
    int width = values.length / sources.length;
    for (int label = 0; label < sources.length; label++) {
      if (sources[label] != NEW) {
        System.arraycopy(old, sources[label] * width, values, label * width, width);
      }
    }
    return Tensor.f32(values, parameter.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Formats tokens for a message.
   *
   * @param most maximum number of tokens to list; the number of further tokens is appended
   */
  public static String shown(List<String> tokens, int most) {
    List<String> shown = new ArrayList<>();
    for (String token : tokens.subList(0, Math.min(most, tokens.size()))) {
      shown.add(token.isBlank() ? "'" + token + "'" : token);
    }
    int more = tokens.size() - shown.size();
    return String.join(" ", shown) + (more > 0 ? " and " + more + " more" : "");
  }
}
