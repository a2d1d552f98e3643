package deepspeech.cli.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * What the checkpoints of one run take. Training pauses while weights and moments are copied. A
 * checkpoint that is due while the previous one is still being committed waits for it.
 *
 * @param model sizes of the files
 * @param batches batches of an epoch, from 1
 * @param every batches between checkpoints within an epoch, from 1
 * @param stepSeconds time from step to step, with waits for batches
 * @param storeMegabytes 10^6 bytes per second at which a trainer writes and uploads a checkpoint
 */
record CheckpointLoad(
    ModelCost model, long batches, int every, double stepSeconds, double storeMegabytes) {
  /** The last three and the best. */
  static final int KEPT = 4;

  /** The measured rate of write and upload. */
  static double measuredStoreMegabytes() {
    return ModelCost.MEASURED.checkpointBytes()
        / TrainingLoad.BYTES_PER_MEGABYTE
        / MeasuredFigure.CHECKPOINT_COMMIT.value();
  }

  /** Checkpoints of an epoch. */
  long perEpoch() {
    return (batches + every - 1) / every;
  }

  /** Time for which training pauses for the copy of one checkpoint. */
  double pauseSeconds() {
    return MeasuredFigure.CHECKPOINT_PAUSE.value()
        * model.copiedBytes()
        / ModelCost.MEASURED.copiedBytes();
  }

  /** Time from the copy to the commit. */
  double commitSeconds() {
    return model.checkpointBytes() / (storeMegabytes * TrainingLoad.BYTES_PER_MEGABYTE);
  }

  /** Time of an epoch for which training waits until an earlier checkpoint is committed. */
  double waitSeconds() {
    long full = (batches - 1) / every;
    long last = batches - full * every;
    return full * waitAfter(every) + waitAfter(last);
  }

  private double waitAfter(long steps) {
    return Math.max(0, commitSeconds() - steps * stepSeconds);
  }

  /** Time of an epoch for which training stands still because of checkpoints. */
  double stallSeconds() {
    return perEpoch() * pauseSeconds() + waitSeconds();
  }

  /** Length of an epoch. */
  double epochSeconds() {
    return batches * stepSeconds + stallSeconds();
  }

  /**
   * Seconds from the start of a run at which its checkpoints are committed, in order.
   *
   * @param count how many
   */
  List<Double> commits(int count) {
    List<Double> commits = new ArrayList<>();
    double time = 0;
    long done = 0;
    while (commits.size() < count) {
      long steps = Math.min(every, batches - done);
      done = (done + steps) % batches;
      time += steps * stepSeconds + waitAfter(steps) + pauseSeconds();
      commits.add(time + commitSeconds());
    }
    return commits;
  }
}
