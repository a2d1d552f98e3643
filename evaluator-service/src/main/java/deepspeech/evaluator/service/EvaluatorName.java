package deepspeech.evaluator.service;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The name of this evaluator among all. It is the {@code client.id} in its consumer group, in which
 * the others see whether it lives. No later process has the same name.
 */
final class EvaluatorName {
  static final String OF_THIS_PROCESS =
      "evaluator-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());

  private EvaluatorName() {}
}
