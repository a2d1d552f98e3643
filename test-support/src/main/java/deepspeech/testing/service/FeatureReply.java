package deepspeech.testing.service;

import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import java.util.List;
import java.util.Map;

/**
 * A record that data-prep sends in answer to a request.
 *
 * @param key of the record
 * @param headers names and UTF-8 values
 */
public record FeatureReply(String key, Map<String, String> headers, byte[] body) {
  /** The description of the data set that is asked for. */
  public static FeatureReply description(FeatureRequest request, DataSetDescription description) {
    return json(request, FeatureHeaders.REPLY_DATA_SET, description);
  }

  /** Why there is no answer. */
  public static FeatureReply refusal(FeatureRequest request, String reason) {
    return json(request, FeatureHeaders.REPLY_REFUSED, RequestRefused.of(request, reason));
  }

  /** The parts of a batch. */
  public static List<FeatureReply> batch(FeatureBatch batch) {
    return FeatureBatchCodec.encode(batch).stream()
        .map(part -> part(batch.key().recordKey(), part))
        .toList();
  }

  /** One part of a batch. */
  public static FeatureReply part(String key, FeatureBatchPart part) {
    return new FeatureReply(key, part.headers(), part.body());
  }

  private static FeatureReply json(FeatureRequest request, String kind, Object message) {
    return new FeatureReply(
        request.run() + "/" + request.split(),
        Map.of(
            FeatureHeaders.REPLY, kind,
            FeatureHeaders.RUN, request.run().toString(),
            FeatureHeaders.SPLIT, request.split().toString()),
        Json.write(message));
  }
}
