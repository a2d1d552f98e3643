package deepspeech.acoustic.onnx;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.FeatureBatch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The metadata of {@code model.onnx}, with which the file alone suffices for speech recognition.
 *
 * @param vocabulary the tokens by label, the blank first; no token contains a line break
 * @param mean the mean of each of the 161 frequency bins
 * @param std the standard deviation of each of the 161 frequency bins
 * @param provenance additional entries, such as {@code run} and {@code checkpoint}
 */
public record OnnxMetadata(
    List<String> vocabulary, double[] mean, double[] std, Map<String, String> provenance) {
  /** Key of the vocabulary, joined by line breaks. */
  public static final String VOCABULARY = "vocabulary";

  /**
   * Key of the vocabulary as a JSON array in ASCII, because ONNX Runtime's Java API garbles
   * characters beyond U+FFFF.
   */
  public static final String VOCABULARY_JSON = "vocabulary_json";

  public static final String MEAN = "mean";
  public static final String STD = "std";
  public static final String FEATURES = "features";

  private static final String FEATURES_VALUE =
      "16 kHz mono, -20 dB RMS, 20 ms Hann window, 10 ms hop, log linear spectrogram of 161 bins,"
          + " minus mean, divided by std";

  public OnnxMetadata {
    vocabulary = List.copyOf(vocabulary);
    provenance = Map.copyOf(provenance);
    mean = mean.clone();
    std = std.clone();
    InvalidMessageException.require(
        vocabulary.stream().noneMatch(token -> token.contains("\n")),
        "vocabulary",
        "a token with a line break",
        "tokens without line breaks");
    for (String own : List.of(VOCABULARY, VOCABULARY_JSON, MEAN, STD, FEATURES)) {
      InvalidMessageException.require(
          !provenance.containsKey(own), "provenance", own, "names other than the model's own");
    }
    requireBins("mean", mean);
    requireBins("std", std);
  }

  private static void requireBins(String name, double[] values) {
    InvalidMessageException.require(
        values.length == FeatureBatch.BINS,
        name,
        values.length + " values",
        FeatureBatch.BINS + " values");
  }

  /** Returns the names and values of {@code metadata_props}, in a fixed order. */
  Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(VOCABULARY, String.join("\n", vocabulary));
    entries.put(VOCABULARY_JSON, ascii(Json.writeText(vocabulary)));
    entries.put(MEAN, json(mean));
    entries.put(STD, json(std));
    entries.put(FEATURES, FEATURES_VALUE);
    provenance.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    return entries;
  }

  private static String ascii(String json) {
    StringBuilder escaped = new StringBuilder();
    json.chars()
        .forEach(
            unit ->
                escaped.append(
                    unit < 0x7F ? String.valueOf((char) unit) : "\\u%04X".formatted(unit)));
    return escaped.toString();
  }

  private static String json(double[] values) {
    return Arrays.stream(values)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(",", "[", "]"));
  }
}
