package deepspeech.messages.configuration;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.ModelReference;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The allowed values of an argument.
 *
 * @param words the allowed values, in words
 * @param holds true for an allowed value of the argument's type
 * @param choices the allowed values if they are a fixed list of texts; empty otherwise
 */
record ArgumentLimit(String words, Predicate<Object> holds, List<String> choices) {
  static final String LAYER = " *(conv\\.\\d+|rnn\\.\\d+|output) *";
  static final ArgumentLimit NOT_BLANK = new ArgumentLimit("a path", v -> !((String) v).isBlank());
  static final ArgumentLimit FLAG = new ArgumentLimit("True or False", v -> true);
  static final ArgumentLimit MODEL_REFERENCE =
      new ArgumentLimit(ModelReference.ALLOWED, v -> isModelReference((String) v));

  ArgumentLimit(String words, Predicate<Object> holds) {
    this(words, holds, List.of());
  }

  /** Whole numbers, both ends included. */
  static ArgumentLimit range(int from, int to) {
    return new ArgumentLimit(
        "a whole number from " + from + " to " + to, v -> (Integer) v >= from && (Integer) v <= to);
  }

  /** Numbers above 0, up to and including the greatest one. */
  static ArgumentLimit aboveZero(int greatest) {
    return new ArgumentLimit(
        "a number above 0, at most " + greatest, v -> (Double) v > 0 && (Double) v <= greatest);
  }

  /** Numbers from 0, without the end. */
  static ArgumentLimit fromZeroBelow(int end) {
    return new ArgumentLimit(
        "a number from 0, below " + end, v -> (Double) v >= 0 && (Double) v < end);
  }

  /** The given texts and no others. */
  static ArgumentLimit oneOf(Object... choices) {
    List<String> names = Arrays.stream(choices).map(Object::toString).toList();
    int last = names.size() - 1;
    return new ArgumentLimit(
        String.join(", ", names.subList(0, last)) + " or " + names.get(last),
        names::contains,
        names);
  }

  /**
   * Requires an allowed value.
   *
   * @param value as it was given; a number or flag that was given as text is shown as what it is
   * @param typed the same in the argument's type; null if it has another type
   * @throws InvalidMessageException if the value has another type or is not allowed
   */
  void require(String argument, Object value, Object typed, String allowed) {
    Object shown = typed != null && value instanceof String ? typed : value;
    InvalidMessageException.require(typed != null && holds.test(typed), argument, shown, allowed);
  }

  private static boolean isModelReference(String text) {
    try {
      ModelReference.parse("model", text);
      return true;
    } catch (InvalidMessageException e) {
      return false;
    }
  }
}
