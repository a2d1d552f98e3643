package deepspeech.dashboard.api;

/**
 * Why something was not done.
 *
 * @param reason one line
 * @param id {@code ce_id} of a command that was published all the same; null if none was
 */
record Failure(String reason, String id) {
  Failure(String reason) {
    this(reason, null);
  }
}
