package deepspeech.dataprep.service;

import deepspeech.messages.Json;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One record of an answer.
 *
 * @param key the key of the record
 * @param headers names and UTF-8 values
 * @param body the body of the record
 */
public record Reply(String key, Map<String, String> headers, byte[] body) {
  /** Creates a JSON answer. */
  static Reply json(FeatureRequest request, String kind, Object message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(FeatureHeaders.REPLY, kind);
    headers.put(FeatureHeaders.RUN, request.run().toString());
    headers.put(FeatureHeaders.SPLIT, request.split().toString());
    return new Reply(request.run() + "/" + request.split(), headers, Json.write(message));
  }

  /** Creates the record of a part of a batch. */
  static Reply part(String key, FeatureBatchPart part) {
    return new Reply(key, part.headers(), part.body());
  }
}
