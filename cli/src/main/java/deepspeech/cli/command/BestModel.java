package deepspeech.cli.command;

import deepspeech.messages.evaluation.Evaluation;
import java.util.Locale;

/** Describes the best checkpoint of a run in a line of text. */
final class BestModel {
  private BestModel() {}

  static String line(Evaluation best) {
    String wer =
        best.wer() == null ? "" : String.format(Locale.ROOT, ", test wer: %.6f", best.wer());
    return String.format(
        Locale.ROOT,
        "Best model: %s of run %s, test cer: %.6f%s",
        best.checkpoint(),
        best.run(),
        best.cer(),
        wer);
  }
}
