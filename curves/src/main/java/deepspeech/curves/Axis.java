package deepspeech.curves;

import com.fasterxml.jackson.annotation.JsonValue;
import deepspeech.messages.InvalidMessageException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the points of a curve are placed along. */
public enum Axis {
  /** Optimiser steps since the run began. */
  STEP,
  /** Epochs done, the present one in part: 1.5 is in the middle of the second. */
  EPOCH,
  /** Seconds since 1970. */
  TIME,
  /** Seconds since the run's first point. */
  RELATIVE;

  /**
   * The axis of that name.
   *
   * @throws InvalidMessageException if there is none
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
