package deepspeech.dataprep.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.dataprep.DataFileException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/** The fields of a JSON object in the augmentation file, checked as they are read. */
final class Fields {
  private static final int LONGEST_QUOTE = 60;

  private final String at;
  private final JsonNode object;
  private final Set<String> known = new TreeSet<>();

  /**
   * Takes an object.
   *
   * @param at begins the message of an error: the file, and where in it
   * @param object to read, which must be one
   */
  Fields(String at, JsonNode object) {
    this.at = at;
    this.object = object;
  }

  /** A number from {@code min} to {@code max}. */
  double number(String field, double min, double max) throws DataFileException {
    String allowed = "a number from %s to %s".formatted(plain(min), plain(max));
    JsonNode value = required(field, allowed);
    if (!value.isNumber() || !(value.doubleValue() >= min) || !(value.doubleValue() <= max)) {
      throw wrong(field, value, allowed);
    }
    return value.doubleValue();
  }

  double number(String field, double min, double max, double otherwise) throws DataFileException {
    return has(field) ? number(field, min, max) : otherwise;
  }

  /** A whole number from {@code min} to {@code max}; {@code 3.0} is one. */
  int whole(String field, int min, int max) throws DataFileException {
    String allowed = "a whole number from %d to %d".formatted(min, max);
    JsonNode value = required(field, allowed);
    double number = value.doubleValue();
    if (!value.isNumber() || !(number >= min) || !(number <= max) || number != (int) number) {
      throw wrong(field, value, allowed);
    }
    return (int) number;
  }

  int whole(String field, int min, int max, int otherwise) throws DataFileException {
    return has(field) ? whole(field, min, max) : otherwise;
  }

  /** Two numbers from {@code least} to {@code most}, the first not above the second. */
  Range range(String minField, String maxField, double least, double most)
      throws DataFileException {
    double min = number(minField, least, most);
    double max = number(maxField, least, most);
    if (min > max) {
      throw new DataFileException(
          "%s%s is %s; allowed: at most %s, which is %s"
              .formatted(at, minField, plain(min), maxField, plain(max)));
    }
    return new Range(min, max);
  }

  String text(String field, String allowed) throws DataFileException {
    JsonNode value = required(field, allowed);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw wrong(field, value, allowed);
    }
    return value.textValue();
  }

  /** The fields of an object within this one. */
  Fields object(String field) throws DataFileException {
    JsonNode value = required(field, "a JSON object");
    if (!value.isObject()) {
      throw wrong(field, value, "a JSON object");
    }
    return new Fields(at, value);
  }

  boolean has(String field) {
    known.add(field);
    return object.has(field);
  }

  /** Refuses what nothing has asked for. */
  void refuseOthers() throws DataFileException {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new DataFileException(
            "%s%s is unknown; allowed: %s".formatted(at, quote(name), String.join(", ", known)));
      }
    }
  }

  DataFileException wrong(String field, JsonNode value, String allowed) {
    return new DataFileException(
        "%s%s is %s; allowed: %s".formatted(at, field, quote(value.toString()), allowed));
  }

  private JsonNode required(String field, String allowed) throws DataFileException {
    if (!has(field)) {
      throw new DataFileException("%s%s is missing; allowed: %s".formatted(at, field, allowed));
    }
    return object.get(field);
  }

  static String quote(String value) {
    String line = value.replace("\r", "\\r").replace("\n", "\\n");
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }

  private static String plain(double value) {
    return new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
  }
}
