package deepspeech.checkpoint;

import java.util.Map;

/**
 * Under which condition an object is written, as request headers (RFC 9110, section 13.1).
 *
 * @param headers none for an unconditional write
 */
record PutCondition(Map<String, String> headers) {

  /** Whatever is there. */
  static final PutCondition ALWAYS = new PutCondition(Map.of());

  /** Only where nothing is there. */
  static final PutCondition CREATE_ONLY = new PutCondition(Map.of("If-None-Match", "*"));

  /** Only in the place of the version that was read. */
  static PutCondition replacing(String version) {
    return new PutCondition(Map.of("If-Match", version));
  }
}
