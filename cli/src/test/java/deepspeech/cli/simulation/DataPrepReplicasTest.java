package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataPrepReplicasTest {
  /** Replicas add 16 partitions at a time until there are four for each. */
  @ParameterizedTest
  @CsvSource({"1, 16, 8", "4, 16, 32", "5, 32, 36.57142857142857", "12, 48, 96", "17, 80, 128"})
  void coresAreUsableAsFarAsPartitionsCanBeDivided(int replicas, int partitions, double usable) {
    // Given
    DataPrepReplicas pool = new DataPrepReplicas(replicas, 8);

    // When / Then
    assertThat(pool.partitions()).isEqualTo(partitions);
    assertThat(pool.usableCores()).isEqualTo(usable);
  }

  @Test
  void everyReplicaAnswersRequests() {
    // Given
    DataPrepReplicas pool = new DataPrepReplicas(17, 8);

    // When
    var answering = IntStream.range(0, 32).mapToObj(pool::replica).collect(Collectors.toSet());

    // Then
    assertThat(answering).hasSize(17);
  }

  @Test
  void aBatchUsesNoMoreThreadsThanItHasUtterances() {
    // Given
    DataPrepReplicas pool = new DataPrepReplicas(1, 8);

    // When / Then
    assertThat(pool.seconds(16, 32)).isEqualTo(2);
    assertThat(pool.seconds(16, 4)).isEqualTo(4);
    assertThat(DataPrepReplicas.AMPLE.seconds(16, 4)).isZero();
  }
}
