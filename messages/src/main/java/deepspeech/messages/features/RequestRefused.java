package deepspeech.messages.features;

/**
 * Why a request cannot be answered: a data set that cannot be used, or that has changed since it
 * was described.
 *
 * @param requestId of a data set request; null for a batch
 * @param fingerprint of a batch request; null for a data set
 * @param epoch of a batch request; 0 for a data set
 * @param batch of a batch request; 0 for a data set
 * @param reason one line
 */
public record RequestRefused(
    String requestId, String fingerprint, int epoch, int batch, String reason) {}
