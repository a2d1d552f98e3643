package deepspeech.speech.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the fields of a JSON object in the augmentation file and validates them. An invalid field
 * is recorded as a complaint, and reading continues with an allowed value, so that all faults of a
 * file are reported together.
 */
final class Fields {
  private static final int LONGEST_QUOTE = 60;

  private final String at;
  private final JsonNode object;
  private final List<String> complaints;
  private final List<String> idle;
  private final Set<String> known = new TreeSet<>();

  /**
   * Reads a JSON object.
   *
   * @param at prefix of each complaint: the position of the object in the file
   * @param object JSON object to read
   * @param complaints receives the complaints, one line each
   * @param idle receives a line for each field without effect
   */
  Fields(String at, JsonNode object, List<String> complaints, List<String> idle) {
    this.at = at;
    this.object = object;
    this.complaints = complaints;
    this.idle = idle;
  }

  /** Reads a number from {@code min} to {@code max}. */
  double number(String field, double min, double max) {
    String allowed = "a number from %s to %s".formatted(plain(min), plain(max));
    JsonNode value = required(field, allowed);
    if (value == null || isNumber(value, min, max)) {
      return value == null ? min : value.doubleValue();
    }
    wrong(field, value, allowed);
    return min;
  }

  double number(String field, double min, double max, double otherwise) {
    return has(field) ? number(field, min, max) : otherwise;
  }

  /**
   * Reads a whole number from {@code min} to {@code max}. A number such as {@code 3.0} is allowed.
   */
  int whole(String field, int min, int max) {
    String allowed = "a whole number from %d to %d".formatted(min, max);
    JsonNode value = required(field, allowed);
    if (value == null || isWhole(value, min, max)) {
      return value == null ? min : (int) value.doubleValue();
    }
    wrong(field, value, allowed);
    return min;
  }

  int whole(String field, int min, int max, int otherwise) {
    return has(field) ? whole(field, min, max) : otherwise;
  }

  /** Reads one whole number from {@code min} to {@code max}, or a list of at least one. */
  int[] wholes(String field, int min, int max) {
    String allowed = "a whole number from %d to %d, or a list of such numbers".formatted(min, max);
    if (!has(field) || !object.get(field).isArray()) {
      return new int[] {whole(field, min, max)};
    }
    JsonNode list = object.get(field);
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode value : list) {
      if (isWhole(value, min, max)) {
        numbers.add((int) value.doubleValue());
      }
    }
    if (numbers.isEmpty() || numbers.size() < list.size()) {
      wrong(field, list, allowed);
      return new int[] {min};
    }
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Reads two numbers from {@code least} to {@code most}, of which the first is not above the
   * second.
   */
  Range range(String minField, String maxField, double least, double most) {
    int before = complaints.size();
    double min = number(minField, least, most);
    double max = number(maxField, least, most);
    if (min <= max) {
      return new Range(min, max);
    }
    if (complaints.size() == before) {
      complaints.add(
          "%s%s is %s; allowed: at most %s, which is %s"
              .formatted(at, minField, plain(min), maxField, plain(max)));
    }
    return new Range(least, least);
  }

  String text(String field, String allowed) {
    JsonNode value = required(field, allowed);
    if (value == null || (value.isTextual() && !value.textValue().isBlank())) {
      return value == null ? "" : value.textValue();
    }
    wrong(field, value, allowed);
    return "";
  }

  /**
   * Reads the path of a manifest or folder of recordings, which is in the one of two fields that is
   * present.
   */
  String recordings(String manifest, String folder) {
    return text(either(manifest, folder), "the path of a manifest");
  }

  boolean truth(String field, boolean otherwise) {
    if (!has(field)) {
      return otherwise;
    }
    JsonNode value = object.get(field);
    if (!value.isBoolean()) {
      wrong(field, value, "true or false");
    }
    return value.booleanValue();
  }

  /** Returns the fields of a nested object; no fields if it is missing. */
  Fields object(String field) {
    JsonNode value = required(field, "a JSON object");
    if (value != null && !value.isObject()) {
      wrong(field, value, "a JSON object");
    }
    // A missing object is reported once; its fields are not reported as missing.
    boolean isThere = value != null && value.isObject();
    return new Fields(
        at,
        isThere ? value : JsonNodeFactory.instance.objectNode(),
        isThere ? complaints : new ArrayList<>(),
        idle);
  }

  boolean has(String field) {
    known.add(field);
    return object.has(field);
  }

  /**
   * Returns the one of two names of a field that is present; the first name if neither or both are.
   */
  String either(String field, String other) {
    boolean first = has(field);
    if (has(other) && first) {
      complaints.add("%s%s and %s are the same; allowed: one of them".formatted(at, field, other));
    }
    return first || !object.has(other) ? field : other;
  }

  /** Accepts a field that has no effect. If it is present, a warning says why. */
  void changesNothing(String field, String why) {
    if (has(field)) {
      idle.add(at + field + " changes nothing: " + why);
    }
  }

  /** Records a complaint for each field that was never read. */
  void refuseOthers() {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        complaints.add(
            "%s%s is unknown; allowed: %s".formatted(at, quote(name), String.join(", ", known)));
      }
    }
  }

  void wrong(String field, JsonNode value, String allowed) {
    complaints.add(
        "%s%s is %s; allowed: %s".formatted(at, field, quote(value.toString()), allowed));
  }

  private JsonNode required(String field, String allowed) {
    if (!has(field)) {
      complaints.add("%s%s is missing; allowed: %s".formatted(at, field, allowed));
    }
    return object.get(field);
  }

  private static boolean isNumber(JsonNode value, double min, double max) {
    return value.isNumber() && value.doubleValue() >= min && value.doubleValue() <= max;
  }

  private static boolean isWhole(JsonNode value, int min, int max) {
    return isNumber(value, min, max) && value.doubleValue() == (int) value.doubleValue();
  }

  static String quote(String value) {
    String line = value.replace("\r", "\\r").replace("\n", "\\n");
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "...";
  }

  private static String plain(double value) {
    return new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
  }
}
