package deepspeech.benchmark.learning;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The distribution of the initial values of an array of weights.
 *
 * @param value the parameter of the kind: a gain, a probability or a standard deviation; 0 if the
 *     kind has none
 */
record InitialDistribution(Kind kind, double value) {
  /** The arrays that a kind is for, of kinds that are not for all arrays. */
  static final String FITTING =
      "orthogonal for matrices, delta for convolutions with as many channels in as out, blank for biases";

  private static final Pattern NUMBER = Pattern.compile("[0-9]+([.][0-9]+)?");

  /** The kind of distribution. */
  enum Kind {
    TRAINER("trainer", ""),
    UNIFORM("uniform", ""),
    LECUN("lecun", ""),
    HE("he", ""),
    GLOROT("glorot", ""),
    ORTHOGONAL("orthogonal", ""),
    ZERO("zero", ""),
    DELTA("delta:", "GAIN"),
    BLANK("blank:", "PROBABILITY"),
    NORMAL("", "a standard deviation");

    private final String begin;
    private final String value;

    /**
     * Creates a kind.
     *
     * @param begin the beginning of its spelling
     * @param value the meaning of the number after that; empty if there is no number
     */
    Kind(String begin, String value) {
      this.begin = begin;
      this.value = value;
    }

    private boolean isSpelt(String text) {
      return value.isEmpty()
          ? text.equals(begin)
          : text.startsWith(begin) && NUMBER.matcher(text.substring(begin.length())).matches();
    }
  }

  /**
   * Parses a distribution.
   *
   * @param name name of the setting, for the error message
   * @throws LearningSettings.InvalidSettingException if there is no such distribution
   */
  static InitialDistribution of(String name, String text) {
    for (Kind kind : Kind.values()) {
      if (kind.isSpelt(text)) {
        String number = text.substring(kind.begin.length());
        return new InitialDistribution(kind, number.isEmpty() ? 0 : Double.parseDouble(number));
      }
    }
    throw new LearningSettings.InvalidSettingException(
        name + "=" + text,
        Arrays.stream(Kind.values())
            .map(kind -> kind.begin + kind.value)
            .collect(Collectors.joining(", ")));
  }

  /** Whether an array of these dimensions can have this distribution; see {@link #FITTING}. */
  boolean fits(long... dimensions) {
    return switch (kind) {
      case ORTHOGONAL -> dimensions.length == 2;
      case DELTA -> dimensions.length == 4 && dimensions[0] == dimensions[1];
      case BLANK -> dimensions.length == 1;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return kind.value.isEmpty() ? kind.begin : kind.begin + value;
  }
}
