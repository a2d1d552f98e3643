package deepspeech.cli.command;

import deepspeech.cli.failure.CommandFailedException;
import java.math.BigDecimal;
import java.util.OptionalInt;

/** Checks that the number of an option is in its range. */
final class OptionRange {
  private OptionRange() {}

  /**
   * Returns a whole number.
   *
   * @throws CommandFailedException naming the option, the number and the range
   */
  static int within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandFailedException(
          "%s: %d given, allowed: a whole number from %d to %d"
              .formatted(option, value, least, most));
    }
    return value;
  }

  /**
   * Returns a whole number; empty if the option is not given.
   *
   * @param value null if it is not given
   */
  static OptionalInt ifGiven(String option, Integer value, int least, int most) {
    return value == null
        ? OptionalInt.empty()
        : OptionalInt.of(within(option, value.intValue(), least, most));
  }

  /**
   * Returns a number.
   *
   * @throws CommandFailedException naming the option, the number and the range
   */
  static double within(String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new CommandFailedException(
          "%s: %s given, allowed: a number from %s to %s"
              .formatted(option, value, plain(least), plain(most)));
    }
    return value;
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
