package deepspeech.benchmark.learning;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How an array of weights begins.
 *
 * @param value what the kind needs: a gain, a probability or a standard deviation
 */
record InitialWay(Kind kind, double value) {
  /** What is drawn. */
  enum Kind {
    TRAINER,
    UNIFORM,
    LECUN,
    HE,
    GLOROT,
    ORTHOGONAL(2),
    ZERO,
    DELTA("delta:GAIN", 4),
    BLANK("blank:PROBABILITY", 1),
    NORMAL("a standard deviation", 0);

    private final String spelling;
    private final int dimensions;

    Kind() {
      this(0);
    }

    Kind(int dimensions) {
      this.spelling = word();
      this.dimensions = dimensions;
    }

    Kind(String spelling, int dimensions) {
      this.spelling = spelling;
      this.dimensions = dimensions;
    }

    /** The number of dimensions that an array must have for it, 0 for any. */
    int dimensions() {
      return dimensions;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean takesValue() {
      return !spelling.equals(word());
    }
  }

  /**
   * Reads a way.
   *
   * @param name of the setting, for the message
   * @throws LearningSettings.InvalidSettingException if there is no such way
   */
  static InitialWay of(String name, String text) {
    String[] parts = text.split(":", 2);
    try {
      for (Kind kind : Kind.values()) {
        if (kind.word().equals(parts[0]) && kind.takesValue() == (parts.length == 2)) {
          return new InitialWay(kind, parts.length == 2 ? Double.parseDouble(parts[1]) : 0);
        }
      }
      return new InitialWay(Kind.NORMAL, Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw new LearningSettings.InvalidSettingException(
          name + "=" + text,
          Arrays.stream(Kind.values())
              .map(kind -> kind.spelling)
              .collect(Collectors.joining(", ")));
    }
  }

  @Override
  public String toString() {
    return kind.spelling;
  }
}
