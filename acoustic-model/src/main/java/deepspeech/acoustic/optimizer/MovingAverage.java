package deepspeech.acoustic.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.TensorLists;
import java.util.List;

/**
 * An exponential moving average of arrays: after each step, average = decay × average + (1 − decay)
 * × values.
 *
 * <p>Update n, from 1, has the decay min(decay, (1 + n) / (10 + n)), as TensorFlow's {@code
 * tf.train.ExponentialMovingAverage} has with {@code num_updates}. With a constant decay of 0.999,
 * the values with which the average began would still be a third of it after a thousand steps.
 *
 * <p>An array that stays unchanged is its own average, to the bit.
 */
public final class MovingAverage implements AutoCloseable {
  private final double decay;
  private final NamedArrays averages;
  private long updates;

  /**
   * Continues an average. One that begins has no updates, and the initial values.
   *
   * @param decay above 0, below 1
   * @param device the device of the arrays to average
   */
  public MovingAverage(double decay, AverageState state, Device device) {
    this.decay = decay;
    updates = state.updates();
    averages = new NamedArrays(state.values(), device);
  }

  /**
   * Adds the values after a step.
   *
   * @param values one array for each average, in the order of their names
   */
  public void update(TensorLists lists, List<? extends NDArray> values) {
    updates++;
    lists.interpolate(averages.arrays(), values, 1 - decayOf(updates));
  }

  private double decayOf(long update) {
    return Math.min(decay, (1.0 + update) / (10.0 + update));
  }

  /** Copies the current state into JVM memory. */
  public AverageState state() {
    return new AverageState(updates, averages.toHost());
  }

  @Override
  public void close() {
    averages.close();
  }
}
