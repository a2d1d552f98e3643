package deepspeech.checkpoint;

import java.util.Map;

/**
 * The condition for writing an object, as request headers (RFC 9110, section 13.1).
 *
 * @param headers none for an unconditional write
 */
record PutCondition(Map<String, String> headers) {

  /** Unconditional: replaces an existing object. */
  static final PutCondition ALWAYS = new PutCondition(Map.of());

  /** Only if the object does not exist. */
  static final PutCondition CREATE_ONLY = new PutCondition(Map.of("If-None-Match", "*"));

  /** Only if the object still has the version that was read. */
  static PutCondition replacing(String version) {
    return new PutCondition(Map.of("If-Match", version));
  }
}
