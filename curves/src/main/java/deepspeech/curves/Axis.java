package deepspeech.curves;

import com.fasterxml.jackson.annotation.JsonValue;
import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The horizontal axis of a chart. */
public enum Axis {
  /** Optimiser steps since the start of the run. */
  STEP,
  /**
   * Completed epochs, with the current one as a fraction: 1.5 is the middle of the second epoch.
   */
  EPOCH,
  /** Seconds since 1970. */
  TIME,
  /** Seconds since the run's first point. */
  RELATIVE;

  /**
   * The axis of that name.
   *
   * @throws InvalidMessageException if no axis has that name
   */
  public static Axis parse(String name) {
    return Arrays.stream(values())
        .filter(axis -> axis.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                InvalidMessageException.field(
                    "axis",
                    name,
                    Arrays.stream(values()).map(Axis::toString).collect(Collectors.joining(", "))));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
