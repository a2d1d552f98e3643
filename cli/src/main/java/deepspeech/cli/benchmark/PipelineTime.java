package deepspeech.cli.benchmark;

import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.metric.MetricName;
import java.time.Duration;
import java.util.List;

/**
 * How the trainer spent the time between two of its reports, without the first epoch, in which the
 * JVM is still compiling. All shares are from 0 to 1.
 *
 * @param steps number of steps in that time
 * @param utterances number of utterances of these steps
 * @param seconds by the times of the reports
 * @param computing share of training steps
 * @param waiting share of waiting for feature batches
 * @param checkpoint share during which a checkpoint blocked training
 */
record PipelineTime(
    ProgressReport begin,
    ProgressReport end,
    int steps,
    int utterances,
    double seconds,
    double computing,
    double waiting,
    double checkpoint) {
  private static final int FIRST_EPOCH = 2;

  /**
   * Joins the reports.
   *
   * @param reports in their order
   * @param bare the same steps, which say how many utterances each has
   * @throws CommandFailedException if there are fewer than two reports after the first epoch
   */
  static PipelineTime of(List<ProgressReport> reports, BareTraining bare) {
    List<ProgressReport> used =
        reports.stream().filter(report -> report.epoch() >= FIRST_EPOCH).toList();
    if (used.size() < 2) {
      throw new CommandFailedException(
          "log_interval: %d reports of progress came after the first epoch, allowed: 2 or more; give more --epochs or --utterances, or a smaller --log_interval"
              .formatted(used.size()));
    }
    ProgressReport begin = used.get(0);
    ProgressReport end = used.get(used.size() - 1);
    double seconds = Duration.between(begin.time(), end.time()).toNanos() / 1e9;
    double computing = 0;
    double waiting = 0;
    double checkpoint = 0;
    for (int i = 1; i < used.size(); i++) {
      ProgressReport report = used.get(i);
      double measured =
          bare.utterances(used.get(i - 1), report) / report.value(MetricName.SAMPLES_PER_SECOND);
      computing += measured * report.value(MetricName.SHARE_COMPUTING);
      waiting += measured * report.value(MetricName.SHARE_WAITING);
      checkpoint += measured * report.value(MetricName.SHARE_CHECKPOINT);
    }
    return new PipelineTime(
        begin,
        end,
        bare.between(begin, end).size(),
        bare.utterances(begin, end),
        seconds,
        computing / seconds,
        waiting / seconds,
        checkpoint / seconds);
  }

  /** The share of everything else, such as the reports themselves. */
  double other() {
    return 1 - computing - waiting - checkpoint;
  }
}
