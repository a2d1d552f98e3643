package deepspeech.dashboard.api;

/**
 * The reason why a request failed.
 *
 * @param reason one line
 * @param id {@code ce_id} of a command that was published nevertheless; null if none was
 */
record Failure(String reason, String id) {
  Failure(String reason) {
    this(reason, null);
  }
}
