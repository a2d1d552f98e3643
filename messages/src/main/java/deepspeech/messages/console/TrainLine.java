package deepspeech.messages.console;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The manual's progress line: {@code Train [2021-08-31 22:41:43.713666] epoch: [1/50], batch:
 * [100/1599], learning rate: 0.00020000, train loss: 86.532333, eta: 12:59:38}.
 *
 * @param batch number of earlier batches in the epoch, from 0
 * @param batches number of batches in the epoch
 * @param trainLoss mean negative log likelihood per sample
 */
public record TrainLine(
    LocalDateTime time,
    int epoch,
    int epochs,
    int batch,
    int batches,
    double learningRate,
    double trainLoss,
    Duration eta) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  /** The manual's second line, with the number of training samples. */
  public static String trainingSamples(LocalDateTime time, int samples) {
    return String.format(
        Locale.ROOT, "[%s] number of training samples: %d", TIME.format(time), samples);
  }

  /** A warning for the owner of the run. */
  public static String warning(String warning) {
    return "Warning: " + warning;
  }

  /** A test result, in the format of the progress line. */
  public static String test(
      LocalDateTime time, int epoch, int epochs, String checkpoint, double cer) {
    return String.format(
        Locale.ROOT,
        "Test [%s] epoch: [%d/%d], checkpoint: %s, test cer: %.6f",
        TIME.format(time),
        epoch,
        epochs,
        checkpoint,
        cer);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Train [%s] epoch: [%d/%d], batch: [%d/%d], learning rate: %.8f, train loss: %.6f, eta: %s",
        TIME.format(time),
        epoch,
        epochs,
        batch,
        batches,
        learningRate,
        trainLoss,
        eta(eta));
  }

  /**
   * Formats a duration like Python's timedelta of whole seconds: {@code 0:01:05}, {@code 3 days,
   * 8:51:04}.
   */
  static String eta(Duration eta) {
    long days = eta.toDays();
    String clock =
        String.format(
            Locale.ROOT,
            "%d:%02d:%02d",
            eta.toHoursPart(),
            eta.toMinutesPart(),
            eta.toSecondsPart());
    return days == 0 ? clock : days + (days == 1 ? " day, " : " days, ") + clock;
  }
}
