package deepspeech.messages.event;

import deepspeech.messages.InvalidMessageException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of the schema of the control messages, as the CloudEvents attribute {@code
 * dataschema}. A new field that an older reader may ignore does not change it. A change that an
 * older reader would misunderstand raises it, and the older reader refuses such messages: above all
 * a new field of {@link deepspeech.messages.features.DataSpecification}, without which other
 * batches would be made than were asked for.
 */
public final class SchemaVersion {
  /** Name of the header. Messages of the first versions, and those published by hand, lack it. */
  public static final String HEADER = "ce_dataschema";

  /** The version that this build writes, and the newest that it reads. */
  public static final int CURRENT = 1;

  private static final String PREFIX = "urn:deepspeech:messages:";
  private static final Pattern VERSION = Pattern.compile(PREFIX + "([0-9]{1,9})");

  private SchemaVersion() {}

  /** The value of the header in the messages of this build. */
  public static String uri() {
    return PREFIX + CURRENT;
  }

  /**
   * Requires that a message is not of a newer version.
   *
   * @param uri value of the header; null if the message has none. A schema of other origin says
   *     nothing about the version.
   * @throws InvalidMessageException naming both versions
   */
  public static void requireReadable(String uri) {
    Matcher version = VERSION.matcher(uri == null ? "" : uri);
    InvalidMessageException.require(
        !version.matches() || Integer.parseInt(version.group(1)) <= CURRENT,
        HEADER,
        uri,
        "%s or older; messages of a newer version need a newer version of this service"
            .formatted(uri()));
  }
}
