package deepspeech.messages.features;

/**
 * The reason why a request cannot be answered: the data set cannot be used, or it has changed since
 * its description.
 *
 * @param requestId of a data set request; null for a batch
 * @param fingerprint of a batch request; null for a data set
 * @param epoch of a batch request; 0 for a data set
 * @param batch of a batch request; 0 for a data set
 * @param reason one line
 */
public record RequestRefused(
    String requestId, String fingerprint, int epoch, int batch, String reason) {
  /** Refuses a request. */
  public static RequestRefused of(FeatureRequest request, String reason) {
    return request instanceof FeatureRequest.Batch batch
        ? new RequestRefused(null, batch.fingerprint(), batch.epoch(), batch.batch(), reason)
        : new RequestRefused(
            ((FeatureRequest.Description) request).requestId(), null, 0, 0, reason);
  }
}
