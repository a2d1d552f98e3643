package deepspeech.messages.configuration;

import deepspeech.messages.InvalidMessageException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The environment variables of a service. An empty variable counts as absent.
 *
 * @param values by name
 */
public record EnvironmentVariables(Map<String, String> values) {
  public EnvironmentVariables {
    values = Map.copyOf(values);
  }

  /** The environment of this process. */
  public static EnvironmentVariables ofProcess() {
    return new EnvironmentVariables(System.getenv());
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
  }

  public String text(String name, String defaultValue) {
    return text(name).orElse(defaultValue);
  }

  /**
   * A variable without a default.
   *
   * @param allowed the allowed values, in words
   * @throws InvalidMessageException if it is absent
   */
  public String required(String name, String allowed) {
    return text(name)
        .orElseThrow(() -> new InvalidMessageException(name + ": not set, allowed: " + allowed));
  }

  /**
   * A whole number, if the variable is set.
   *
   * @param from smallest allowed value
   * @param to largest allowed value
   * @throws InvalidMessageException if it is not a whole number, or outside the limits
   */
  public OptionalInt number(String name, int from, int to) {
    return text(name).isPresent()
        ? OptionalInt.of(number(name, from, from, to))
        : OptionalInt.empty();
  }

  /**
   * A whole number.
   *
   * @param from smallest allowed value
   * @param to largest allowed value
   * @throws InvalidMessageException if it is not a whole number, or outside the limits
   */
  public int number(String name, int defaultValue, int from, int to) {
    String allowed = "a whole number from " + from + " to " + to;
    String text = text(name, String.valueOf(defaultValue)).strip();
    try {
      int number = Integer.parseInt(text);
      InvalidMessageException.require(number >= from && number <= to, name, text, allowed);
      return number;
    } catch (NumberFormatException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(name, text, allowed).getMessage(), e);
    }
  }

  /**
   * An address without a default.
   *
   * @param allowed the allowed values, in words
   * @throws InvalidMessageException if it is absent or not a URI
   */
  public URI requiredUri(String name, String allowed) {
    String text = required(name, allowed);
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(name, text, allowed).getMessage(), e);
    }
  }
}
