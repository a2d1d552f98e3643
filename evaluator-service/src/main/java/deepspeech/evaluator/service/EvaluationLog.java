package deepspeech.evaluator.service;

import deepspeech.evaluator.evaluation.EvaluationListener;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.evaluation.Evaluation;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a line for each checkpoint and updates the metrics. */
final class EvaluationLog implements EvaluationListener {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationLog.class);

  private final EvaluationMeters meters;

  EvaluationLog(EvaluationMeters meters) {
    this.meters = meters;
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    meters.evaluated(evaluation);
    LOG.info(
        "run {} {}: test CER {}, WER {}, {} utterances, {} skipped, {} s",
        evaluation.run(),
        evaluation.checkpoint(),
        rate(evaluation.cer()),
        evaluation.wer() == null ? "-" : rate(evaluation.wer()),
        evaluation.errors().utterances(),
        evaluation.errors().skipped(),
        String.format(Locale.ROOT, "%.1f", evaluation.timing().seconds()));
  }

  @Override
  public void deadLettered(CheckpointCommitted checkpoint, String reason, Throwable failure) {
    meters.deadLettered(checkpoint.run());
    LOG.warn(
        "run {} {} cannot be evaluated: {}", checkpoint.run(), checkpoint.checkpoint(), reason);
    if (isFault(failure)) {
      LOG.error("unexpected failure of the evaluator", failure);
    }
  }

  /** True for an unexpected failure, which is logged with its stack trace. */
  private static boolean isFault(Throwable failure) {
    return !(failure instanceof InvalidMessageException)
        && !failure.getClass().getPackageName().startsWith("deepspeech.");
  }

  private static String rate(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
