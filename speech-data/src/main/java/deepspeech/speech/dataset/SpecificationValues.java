package deepspeech.speech.dataset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextRules;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The values of a specification by which data sets are told apart, in a fixed order. They are
 * written down here instead of taken from the JSON of a message: otherwise a field that a later
 * version adds to the message would change the fingerprint of the same data, and replicas of two
 * versions would refuse each other's batches. A later value belongs in here only if it differs from
 * what earlier versions do.
 */
final class SpecificationValues {
  private SpecificationValues() {}

  /** Everything; values that are not given are absent. */
  static Map<String, Object> of(DataSpecification specification) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("manifest", specification.manifest());
    values.put("vocab_path", specification.vocabPath());
    values.put("mean_std_path", specification.meanStdPath());
    values.put("augment_conf_path", specification.augmentConfPath());
    values.putAll(of(specification.durations()));
    values.put("batch_size", specification.batchSize());
    values.put("max_batch_frames", specification.maxBatchFrames());
    values.put("devices", specification.devices());
    values.put("shuffle_method", specification.shuffleMethod());
    values.putAll(of(specification.texts()));
    values.put("seed", specification.seed());
    values.values().removeIf(value -> value == null);
    return values;
  }

  static Map<String, Object> of(DurationLimits durations) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("min_duration", durations.minDuration());
    values.put("max_duration", durations.maxDuration());
    return values;
  }

  static Map<String, Object> of(TextRules texts) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("text_normalisation", texts.textNormalisation());
    values.put("unknown_characters", texts.unknownCharacters());
    return values;
  }
}
