package deepspeech.messages.console;

import deepspeech.messages.configuration.TrainingConfiguration;
import java.math.BigDecimal;
import java.util.Locale;

/** The manual's "Configuration Arguments" block. */
public final class ConfigurationBlock {
  private ConfigurationBlock() {}

  /**
   * The title, one line {@code name: value} per argument in alphabetical order, and the closing
   * line.
   */
  public static String of(TrainingConfiguration configuration) {
    StringBuilder block = new StringBuilder("-----------  Configuration Arguments -----------\n");
    configuration
        .asMap()
        .forEach(
            (name, value) -> block.append(name).append(": ").append(literal(value)).append('\n'));
    return block.append("------------------------------------------------").toString();
  }

  /**
   * Formats a value like Python: {@code None}, {@code True}, {@code 20.0}, {@code 0.0001}, {@code
   * 1e-05}.
   */
  public static String literal(Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Double number) {
      if (number != 0 && Math.abs(number) < 1e-4) {
        String[] parts = Double.toString(number).split("E", 2);
        String digits =
            parts[0].endsWith(".0") ? parts[0].substring(0, parts[0].length() - 2) : parts[0];
        return String.format(Locale.ROOT, "%se-%02d", digits, -Integer.parseInt(parts[1]));
      }
      String plain = BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    return value.toString();
  }
}
