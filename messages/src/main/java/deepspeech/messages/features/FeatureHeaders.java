package deepspeech.messages.features;

/** The record headers on a feature topic. All values are UTF-8 text. */
public final class FeatureHeaders {
  /**
   * The kind of record: {@link #REPLY_DATA_SET}, {@link #REPLY_BATCH} or {@link #REPLY_REFUSED}.
   */
  public static final String REPLY = "ds_reply";

  /** The body is a {@link DataSetDescription} in JSON. */
  public static final String REPLY_DATA_SET = "data-set";

  /** The body is one part of a {@link FeatureBatch} in safetensors. */
  public static final String REPLY_BATCH = "batch";

  /** The body is a {@link RequestRefused} in JSON. */
  public static final String REPLY_REFUSED = "refused";

  public static final String RUN = "ds_run";
  public static final String SPLIT = "ds_split";
  public static final String FINGERPRINT = "ds_fingerprint";
  public static final String EPOCH = "ds_epoch";
  public static final String BATCH = "ds_batch";

  /** Index of this part, from 0. */
  public static final String PART = "ds_part";

  /** Number of parts of this batch, from 1. */
  public static final String PARTS = "ds_parts";

  /** JSON list of {@link SkippedUtterance}; on part 0, absent if no utterance was skipped. */
  public static final String SKIPPED = "ds_left_out";

  private FeatureHeaders() {}
}
