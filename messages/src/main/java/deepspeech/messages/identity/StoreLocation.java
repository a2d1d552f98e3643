package deepspeech.messages.identity;

import static deepspeech.messages.InvalidMessageException.require;

import java.util.regex.Pattern;

/**
 * The location of a checkpoint store.
 *
 * @param bucket name of a bucket of the trainer's own S3 server, or of another configured store
 * @param prefix the prefix of every key, such as {@code team/asr}; empty or null for none
 */
public record StoreLocation(String bucket, String prefix) {
  /** The allowed names of buckets, in words. */
  public static final String BUCKET_ALLOWED = "3 to 63 of a-z, 0-9, - and .";

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  public StoreLocation {
    prefix = prefix == null ? "" : prefix;
    require(isBucket(bucket), "bucket", bucket, BUCKET_ALLOWED);
    require(
        prefix.isEmpty() || PREFIX.matcher(prefix).matches(),
        "prefix",
        prefix,
        "nothing, or names of A-Z, a-z, 0-9, ., _ and - with / between them");
  }

  /** True if the text is a valid name of a bucket. */
  public static boolean isBucket(String name) {
    return name != null && BUCKET.matcher(name).matches();
  }

  /** {@code s3://bucket} or {@code s3://bucket/prefix}. */
  @Override
  public String toString() {
    return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
