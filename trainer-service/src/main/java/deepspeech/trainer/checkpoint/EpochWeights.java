package deepspeech.trainer.checkpoint;

import deepspeech.messages.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The weights of a run at the ends of epochs.
 *
 * @param byEpoch every parameter, including running statistics, by epoch
 */
public record EpochWeights(SortedMap<Integer, Map<String, Tensor>> byEpoch) {
  /** The weights of no epoch. */
  public static final EpochWeights NONE = new EpochWeights(new TreeMap<>());

  public EpochWeights {
    byEpoch = Collections.unmodifiableSortedMap(new TreeMap<>(byEpoch));
  }

  /** Returns the epochs, the earliest first. */
  public List<Integer> epochs() {
    return List.copyOf(byEpoch.keySet());
  }

  /** Returns the same with the weights of one more epoch. */
  public EpochWeights with(int epoch, Map<String, Tensor> parameters) {
    SortedMap<Integer, Map<String, Tensor>> more = new TreeMap<>(byEpoch);
    more.put(epoch, parameters);
    return new EpochWeights(more);
  }

  /** Returns the same without an epoch. */
  EpochWeights without(int epoch) {
    SortedMap<Integer, Map<String, Tensor>> fewer = new TreeMap<>(byEpoch);
    fewer.remove(epoch);
    return new EpochWeights(fewer);
  }

  /** Returns the weights of the newest epochs, at most {@code count}. */
  public EpochWeights newest(int count) {
    SortedMap<Integer, Map<String, Tensor>> fewer = new TreeMap<>(byEpoch);
    while (fewer.size() > count) {
      fewer.remove(fewer.firstKey());
    }
    return new EpochWeights(fewer);
  }

  /** Returns a copy of its own, so that files from which the weights were read can be deleted. */
  EpochWeights copied() {
    SortedMap<Integer, Map<String, Tensor>> copies = new TreeMap<>();
    byEpoch.forEach((epoch, parameters) -> copies.put(epoch, copied(parameters)));
    return new EpochWeights(copies);
  }

  private static Map<String, Tensor> copied(Map<String, Tensor> parameters) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    parameters.forEach(
        (name, tensor) -> {
          ByteBuffer data = tensor.data().duplicate();
          copies.put(
              name,
              new Tensor(
                  tensor.type(),
                  tensor.shape(),
                  ByteBuffer.allocate(data.remaining()).put(data).flip()));
        });
    return copies;
  }

  /**
   * Returns the mean of the weights. It is added up in double precision, in which a weight that is
   * the same in all epochs stays as it is, to the bit.
   */
  public Map<String, Tensor> mean() {
    Map<String, Tensor> mean = new LinkedHashMap<>();
    for (String name : byEpoch.get(byEpoch.firstKey()).keySet()) {
      mean.put(name, mean(name));
    }
    return mean;
  }

  private Tensor mean(String name) {
    Tensor first = byEpoch.get(byEpoch.firstKey()).get(name);
    float[] values = first.toFloats();
    double[] sums = new double[values.length];
    for (Map<String, Tensor> parameters : byEpoch.values()) {
      float[] ofEpoch = parameters.get(name).toFloats();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += ofEpoch[i];
      }
    }
    for (int i = 0; i < sums.length; i++) {
      values[i] = (float) (sums[i] / byEpoch.size());
    }
    return Tensor.f32(values, first.shape().stream().mapToLong(Long::longValue).toArray());
  }
}
