package deepspeech.benchmark.learning;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How an array of weights begins.
 *
 * @param value what the kind needs: a gain, a probability or a standard deviation; 0 if nothing
 */
record InitialDistribution(Kind kind, double value) {
  /** Arrays that each kind is for, where it is not for all. */
  static final String FITTING =
      "orthogonal for matrices, delta for convolutions with as many channels in as out, blank for biases";

  private static final Pattern NUMBER = Pattern.compile("[0-9]+([.][0-9]+)?");

  /** What is drawn. */
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
     * A kind.
     *
     * @param begin how its spelling begins
     * @param value what the number behind that is; empty if there is none
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
   * Reads a way.
   *
   * @param name of the setting, for the message
   * @throws LearningSettings.InvalidSettingException if there is no such way
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

  /** Whether an array of these dimensions can begin so; see {@link #FITTING}. */
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
