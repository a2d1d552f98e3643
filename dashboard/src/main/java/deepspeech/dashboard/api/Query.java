package deepspeech.dashboard.api;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.metric.MetricName;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Parses request parameters. An error message states the name, the value and what is allowed. */
final class Query {
  private Query() {}

  static int whole(String name, String text, int defaultValue, int from, int to) {
    if (text == null || text.isBlank()) {
      return defaultValue;
    }
    String allowed = "a whole number from " + from + " to " + to;
    try {
      int number = Integer.parseInt(text);
      InvalidMessageException.require(number >= from && number <= to, name, text, allowed);
      return number;
    } catch (NumberFormatException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(name, text, allowed).getMessage(), e);
    }
  }

  static double number(String name, String text, double defaultValue) {
    if (text == null || text.isBlank()) {
      return defaultValue;
    }
    try {
      double number = Double.parseDouble(text);
      InvalidMessageException.require(Double.isFinite(number), name, text, "a number");
      return number;
    } catch (NumberFormatException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(name, text, "a number").getMessage(), e);
    }
  }

  /** Parses metric names separated by commas. An absent or blank text selects all metrics. */
  static Set<MetricName> metrics(String text) {
    if (text == null || text.isBlank()) {
      return EnumSet.allOf(MetricName.class);
    }
    return Arrays.stream(text.split(",", -1)).map(Query::metric).collect(Collectors.toSet());
  }

  private static MetricName metric(String name) {
    return Arrays.stream(MetricName.values())
        .filter(metric -> metric.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                InvalidMessageException.field(
                    "metrics",
                    name,
                    Arrays.stream(MetricName.values())
                        .map(MetricName::toString)
                        .collect(Collectors.joining(", "))));
  }
}
