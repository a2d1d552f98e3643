package deepspeech.messages.store;

import java.util.regex.Pattern;

/**
 * What a client may do in a bucket.
 *
 * @param keys pattern of the keys to which the action applies, without the prefix of the
 *     installation; {@code *} stands for any characters. For {@code LIST_BUCKET} it is the pattern
 *     of the prefixes that may be listed. {@code LIST_BUCKET_MULTIPART_UPLOADS} cannot be limited
 *     to some keys, and has {@code *}.
 */
public record S3Right(Place place, Action action, String keys) {
  /** Which bucket. */
  public enum Place {
    /** Runs and checkpoints. */
    CHECKPOINTS,
    /** Data sets with {@code s3://} paths. */
    DATA
  }

  /** Actions, as access policies name them. */
  public enum Action {
    /** Read an object or its metadata. */
    GET_OBJECT("s3:GetObject"),
    /** Write an object, in one request or in parts. */
    PUT_OBJECT("s3:PutObject"),
    DELETE_OBJECT("s3:DeleteObject"),
    ABORT_MULTIPART_UPLOAD("s3:AbortMultipartUpload"),
    /**
     * List keys. Without it S3 also conceals whether an object exists: a request for a missing one
     * is denied.
     */
    LIST_BUCKET("s3:ListBucket"),
    LIST_BUCKET_MULTIPART_UPLOADS("s3:ListBucketMultipartUploads");

    private final String policyName;

    Action(String policyName) {
      this.policyName = policyName;
    }

    /** The name in access policies, such as {@code s3:GetObject}. */
    public String policyName() {
      return policyName;
    }

    /** True if the action is on a bucket, not on an object. */
    public boolean isOfBucket() {
      return this == LIST_BUCKET || this == LIST_BUCKET_MULTIPART_UPLOADS;
    }
  }

  /** True if the key, which is without the prefix of the installation, matches the pattern. */
  public boolean covers(String key) {
    return Pattern.matches(Pattern.quote(keys).replace("*", "\\E.*\\Q"), key);
  }
}
