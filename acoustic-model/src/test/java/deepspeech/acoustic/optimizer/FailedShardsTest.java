package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import deepspeech.acoustic.device.DeviceThreads;
import deepspeech.acoustic.torchscript.NamedArrays;
import deepspeech.acoustic.torchscript.OpenManagers;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.messages.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an optimiser has opened is closed if it cannot be completed, as when memory runs out. */
class FailedShardsTest {
  private static final int VALUES = 64;

  private final TensorLists lists = new TensorLists();
  private final DeviceThreads threads = new DeviceThreads(List.of(Device.cpu(), Device.cpu()));
  private final List<NamedArrays> replicas = List.of(weights(), weights());

  @AfterEach
  void close() {
    replicas.forEach(NamedArrays::close);
    threads.close();
    lists.close();
  }

  @Test
  void aShardWithoutItsSecondMomentLeavesNothingOpen() throws Exception {
    // Given
    try (ShardedWeights sharded = new ShardedWeights(replicas, List.of("w"), lists)) {
      int before = OpenManagers.count();

      // When
      var thrown =
          assertThatThrownBy(() -> new AdamShard(sharded, 1, Map.of("exp_avg.w", values())));

      // Then
      thrown.isInstanceOf(NullPointerException.class);
      assertThat(OpenManagers.count()).isEqualTo(before);
    }
  }

  @Test
  void anOptimiserWhoseSecondShardFailsLeavesNothingOpen() throws Exception {
    // Given
    Map<String, Tensor> moments = new LinkedHashMap<>();
    moments.put("exp_avg.w", values());
    moments.put("exp_avg_sq.w", values());
    moments.get("exp_avg.w").data().limit(VALUES / 2 * Float.BYTES);
    try (ShardedWeights sharded = new ShardedWeights(replicas, List.of("w"), lists)) {
      int before = OpenManagers.count();

      // When
      var thrown =
          assertThatThrownBy(
              () -> new Adam(AdamSettings.DEFAULT, sharded, threads, new AdamState(1, moments)));

      // Then
      thrown.isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(OpenManagers.count()).isEqualTo(before);
    }
  }

  @Test
  void weightsThatCannotBeDividedLeaveNothingOpen() throws Exception {
    // Given
    TensorLists closed = new TensorLists();
    closed.close();
    int before = OpenManagers.count();

    // When
    var thrown = assertThatThrownBy(() -> new ShardedWeights(replicas, List.of("w"), closed));

    // Then
    thrown.isInstanceOf(RuntimeException.class);
    assertThat(OpenManagers.count()).isEqualTo(before);
  }

  private static NamedArrays weights() {
    return new NamedArrays(Map.of("w", values()), Device.cpu());
  }

  private static Tensor values() {
    return Tensor.f32(new float[VALUES], VALUES);
  }
}
