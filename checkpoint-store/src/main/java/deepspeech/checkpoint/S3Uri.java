package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an object, or with a trailing {@code /} a folder of objects: {@code s3://bucket/key}.
 *
 * @param key without a leading {@code /}
 */
public record S3Uri(String bucket, String key) {
  private static final Pattern FORM = Pattern.compile("s3://([^/]+)/(.+)");

  /**
   * Reads a URI.
   *
   * @throws InvalidMessageException if it is not of the form {@code s3://bucket/key}
   */
  public static S3Uri parse(String text) {
    Matcher matcher = FORM.matcher(text == null ? "" : text);
    InvalidMessageException.require(matcher.matches(), "URI", text, "s3://bucket/key");
    return new S3Uri(matcher.group(1), matcher.group(2));
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + key;
  }
}
