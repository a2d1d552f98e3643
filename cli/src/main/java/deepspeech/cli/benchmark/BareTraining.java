package deepspeech.cli.benchmark;

import deepspeech.runtime.process.ProcessMemory;
import java.util.List;

/**
 * What the program that trains without a pipeline has measured.
 *
 * @param threads that share a step on the CPU
 * @param devices the number of devices that share a step
 * @param memory of the program after the last step; null if it is not known
 * @param steps in the order of training
 */
record BareTraining(int threads, int devices, ProcessMemory memory, List<StepTime> steps) {
  /** The steps after that of a report, up to that of a later report. */
  List<StepTime> between(ProgressReport after, ProgressReport upTo) {
    return steps.stream().filter(step -> !step.isUpTo(after) && step.isUpTo(upTo)).toList();
  }

  /** The utterances of those steps. */
  int utterances(ProgressReport after, ProgressReport upTo) {
    return between(after, upTo).stream().mapToInt(StepTime::utterances).sum();
  }

  /** The seconds of those steps. */
  double seconds(ProgressReport after, ProgressReport upTo) {
    return end(upTo) - end(after);
  }

  private double end(ProgressReport report) {
    return steps.stream()
        .filter(step -> step.isUpTo(report))
        .mapToDouble(StepTime::seconds)
        .max()
        .orElse(0);
  }
}
