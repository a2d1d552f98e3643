package deepspeech.cli.chaos;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a run recovered after its trainer was killed.
 *
 * @param toFirstStep time from the kill to the first step after it, which is often a repeated step
 * @param toFirstNewStep time from the kill to the first step that had not been taken before the
 *     kill
 * @param repeated number of steps that were taken before the kill and again after it
 * @param sinceCheckpoint number of steps taken between the newest checkpoint and the kill
 */
record Recovery(
    Duration toFirstStep, Duration toFirstNewStep, long repeated, long sinceCheckpoint) {
  /**
   * Finds the recoveries of a run.
   *
   * @param kills times at which the trainer was killed, in order
   * @param steps steps that the run's trainers took, in order
   * @param numbers number of each step of the run, by the {@link #key} of its epoch and batch
   * @param checkpoints checkpoint events that the run published
   */
  static List<Recovery> of(
      List<Instant> kills,
      List<TrainerLog.Step> steps,
      Map<String, Long> numbers,
      List<CheckpointCommitted> checkpoints) {
    List<Recovery> recoveries = new ArrayList<>();
    for (Instant kill : kills) {
      long furthest =
          steps.stream()
              .filter(step -> !step.time().isAfter(kill))
              .mapToLong(step -> number(step, numbers))
              .max()
              .orElse(0);
      long checkpoint =
          checkpoints.stream()
              .filter(event -> event.time().isBefore(kill))
              .mapToLong(CheckpointCommitted::step)
              .max()
              .orElse(0);
      Optional<TrainerLog.Step> first =
          steps.stream().filter(step -> step.time().isAfter(kill)).findFirst();
      Optional<TrainerLog.Step> firstNew =
          steps.stream()
              .filter(step -> step.time().isAfter(kill) && number(step, numbers) > furthest)
              .findFirst();
      if (first.isPresent() && firstNew.isPresent()) {
        recoveries.add(
            new Recovery(
                Duration.between(kill, first.get().time()),
                Duration.between(kill, firstNew.get().time()),
                Math.max(0, furthest - number(first.get(), numbers) + 1),
                furthest - checkpoint));
      }
    }
    return recoveries;
  }

  static String key(int epoch, int batch) {
    return epoch + "/" + batch;
  }

  private static long number(TrainerLog.Step step, Map<String, Long> numbers) {
    return numbers.getOrDefault(key(step.epoch(), step.batch()), 0L);
  }
}
