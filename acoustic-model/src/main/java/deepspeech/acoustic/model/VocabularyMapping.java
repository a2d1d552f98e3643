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
 * Which output a token of a new vocabulary takes over from a trained model: that of the same token,
 * wherever it stood. The blank is known by its position, the first; whatever it is called, its
 * output is kept.
 *
 * @param trained the vocabulary of the trained model, tokens by label
 * @param wanted the new vocabulary, tokens by label
 */
public record VocabularyMapping(List<String> trained, List<String> wanted) {
  private static final int NEW = -1;
  private static final List<String> OUTPUT = List.of("output.weight", "output.bias");

  /** Copies the vocabularies. */
  public VocabularyMapping {
    trained = List.copyOf(trained);
    wanted = List.copyOf(wanted);
  }

  /** True if both are the same, in the same order. */
  public boolean isSame() {
    return trained.equals(wanted);
  }

  /** How many tokens keep their output, the blank among them. */
  public int kept() {
    return wanted.size() - added().size();
  }

  /** Tokens that the trained model has not, in their new order. */
  public List<String> added() {
    int[] sources = sources();
    return IntStream.range(0, sources.length)
        .filter(label -> sources[label] == NEW)
        .mapToObj(wanted::get)
        .toList();
  }

  /** Tokens of the trained model that are not wanted any more, in their old order. */
  public List<String> dropped() {
    Set<String> kept = new HashSet<>(wanted.subList(1, wanted.size()));
    return trained.subList(1, trained.size()).stream().filter(t -> !kept.contains(t)).toList();
  }

  /** For each wanted label the label in the trained model. */
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
   * The parameters of a model with the new vocabulary: of the output layer the rows of shared
   * tokens, and for new tokens the rows that a fresh model has there; all else as it is.
   *
   * @param parameters of the trained model
   * @param shape of the new one
   * @param seed of the fresh rows; see {@link Parameter#initialValues(long)}
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

  /** Tokens for a person, some of them if they are many. */
  public static String shown(List<String> tokens, int most) {
    List<String> shown = new ArrayList<>();
    for (String token : tokens.subList(0, Math.min(most, tokens.size()))) {
      shown.add(token.isBlank() ? "'" + token + "'" : token);
    }
    int more = tokens.size() - shown.size();
    return String.join(" ", shown) + (more > 0 ? " and " + more + " more" : "");
  }
}
