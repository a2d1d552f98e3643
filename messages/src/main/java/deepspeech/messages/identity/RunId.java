package deepspeech.messages.identity;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import deepspeech.messages.InvalidMessageException;
import java.util.regex.Pattern;

/**
 * The name of a run. It is the key of the run's messages, and part of its topic names and of its
 * keys in the store.
 *
 * @param value 1 to 63 of {@code a-z 0-9 -}, starting with a letter or digit
 */
public record RunId(@JsonValue String value) implements Comparable<RunId> {
  private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RunId {
    InvalidMessageException.require(
        value != null && ALLOWED.matcher(value).matches(),
        "run",
        value,
        "1 to 63 of a-z, 0-9 and -, the first a letter or digit");
  }

  @Override
  public int compareTo(RunId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
