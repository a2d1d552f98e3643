package deepspeech.messages.features;

import java.util.Map;

/**
 * One Kafka record of a feature batch.
 *
 * @param headers header names and UTF-8 values, see {@link FeatureHeaders}
 * @param body a safetensors file
 */
public record FeatureBatchPart(Map<String, String> headers, byte[] body) {}
