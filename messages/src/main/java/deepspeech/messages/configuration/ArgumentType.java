package deepspeech.messages.configuration;

import java.util.Locale;

/** The type of an argument's value. */
enum ArgumentType {
  TEXT {
    @Override
    Object of(Object value) {
      return value instanceof String ? value : null;
    }
  },
  INTEGER {
    @Override
    Object of(Object value) {
      if (value instanceof Integer) {
        return value;
      }
      try {
        return value instanceof String text ? Integer.valueOf(text.strip()) : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
  },
  NUMBER {
    @Override
    Object of(Object value) {
      try {
        double number =
            value instanceof Number n
                ? n.doubleValue()
                : value instanceof String text ? Double.parseDouble(text.strip()) : Double.NaN;
        return Double.isFinite(number) ? number : null;
      } catch (NumberFormatException e) {
        return null;
      }
    }
  },
  FLAG {
    @Override
    Object of(Object value) {
      if (value instanceof Boolean) {
        return value;
      }
      if (value instanceof String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
          case "true" -> true;
          case "false" -> false;
          default -> null;
        };
      }
      return null;
    }
  };

  /** Converts a value to this type; null if that is not possible. */
  abstract Object of(Object value);
}
