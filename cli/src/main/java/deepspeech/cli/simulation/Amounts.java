package deepspeech.cli.simulation;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as text. */
final class Amounts {
  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final double ALL_DIGITS_FROM = 100;

  private Amounts() {}

  /** A number with separators of thousands; with three significant digits below 100. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return "unlimited";
    }
    if (Math.abs(value) >= ALL_DIGITS_FROM) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return BigDecimal.valueOf(value).round(THREE_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** A number of cores. */
  static String cores(double cores) {
    return counted(cores, "core", "cores");
  }

  /** A number with its noun. */
  static String counted(double count, String one, String several) {
    return number(count) + " " + (count == 1 ? one : several);
  }

  /** A share from 0 to 1 in per cent. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Bytes in MB, GB or TB, powers of 1000. */
  static String bytes(double bytes) {
    if (bytes < 1e9) {
      return number(bytes / 1e6) + " MB";
    }
    return bytes < 1e12 ? number(bytes / 1e9) + " GB" : number(bytes / 1e12) + " TB";
  }

  /** A time in the two units that fit. */
  static String time(double seconds) {
    if (seconds < 120) {
      return number(seconds) + " s";
    }
    long minutes = Math.round(seconds / 60);
    if (minutes < 30) {
      long whole = Math.round(seconds);
      return "%d min %d s".formatted(whole / 60, whole % 60);
    }
    if (minutes < 120) {
      return minutes + " min";
    }
    long hours = minutes / 60;
    return hours < 48
        ? "%d h %02d min".formatted(hours, minutes % 60)
        : "%d days %d h".formatted(hours / 24, hours % 24);
  }
}
