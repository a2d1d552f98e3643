package deepspeech.messages.configuration;

import java.util.EnumSet;
import java.util.Set;

/**
 * The arguments that earlier versions do not have. Their defaults are what those versions do.
 * Messages and checkpoints have only other values of them, so that services of both versions work
 * together and equal training has equal bytes and hashes.
 */
final class LaterArguments {
  private static final Set<Argument> ALL =
      EnumSet.of(
          Argument.ACCUMULATE_BATCHES,
          Argument.ADAM_BETA1,
          Argument.ADAM_BETA2,
          Argument.ADAM_EPSILON,
          Argument.AVERAGE_CHECKPOINTS,
          Argument.DROPOUT,
          Argument.EARLY_STOP_EPOCH,
          Argument.EARLY_STOP_PATIENCE,
          Argument.EMA_DECAY,
          Argument.GRADIENT_CLIP,
          Argument.LEARNING_RATE_DECAY,
          Argument.LEARNING_RATE_FLOOR,
          Argument.LEARNING_RATE_LAST_EPOCH,
          Argument.LEARNING_RATE_SCHEDULE,
          Argument.NORM_BY_TIMES,
          Argument.PLATEAU_PATIENCE,
          Argument.PRECISION,
          Argument.SYNCHRONISED_STATISTICS,
          Argument.WARMUP_STEPS,
          Argument.WEIGHT_DECAY);

  private LaterArguments() {}

  static boolean contain(Argument argument) {
    return ALL.contains(argument);
  }
}
