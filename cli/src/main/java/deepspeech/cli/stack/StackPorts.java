package deepspeech.cli.stack;

import deepspeech.cli.failure.CommandFailedException;
import java.util.OptionalInt;

/**
 * The ports of a local stack. A port that is not given is the usual one, or any free port if the
 * usual one is taken.
 */
public record StackPorts(
    OptionalInt kafka,
    OptionalInt s3,
    OptionalInt dataPrep,
    OptionalInt trainer,
    OptionalInt evaluator) {
  public StackPorts {
    require("--kafka-port", kafka);
    require("--s3-port", s3);
    require("--data-prep-port", dataPrep);
    require("--trainer-port", trainer);
    require("--evaluator-port", evaluator);
  }

  static void require(String option, OptionalInt port) {
    if (port.isPresent() && (port.getAsInt() < 1 || port.getAsInt() > 65_535)) {
      throw new CommandFailedException(
          "%s: %d given, allowed: 1 to 65535".formatted(option, port.getAsInt()));
    }
  }
}
