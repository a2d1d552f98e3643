package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BrokerClusterTest {
  private static final BrokerMachine MACHINE = new BrokerMachine(1000, 500, 200);

  @Test
  void theBusiestOfThreeBrokersLeadsThreeOfEightRunsAndSendsEachThreeTimes() {
    // Given
    BrokerCluster cluster = new BrokerCluster(3, 3, MACHINE);

    // When / Then
    assertThat(cluster.led(8)).isEqualTo(3);
    assertThat(cluster.networkCapacity(8)).isCloseTo(1e9 / 9 * 8, within(1.0));
  }

  /** Three copies of eight runs on three brokers: each broker writes all of them. */
  @Test
  void aBrokerAlsoWritesTheRunsThatItFollows() {
    // Given
    BrokerCluster cluster = new BrokerCluster(3, 3, MACHINE);

    // When / Then
    assertThat(cluster.stored(8)).isEqualTo(8);
    assertThat(cluster.diskCapacity(8)).isCloseTo(500e6, within(1.0));
  }

  @Test
  void oneCopyIsWrittenOnceAndSentOnce() {
    // Given
    BrokerCluster cluster = new BrokerCluster(1, 1, MACHINE);

    // When / Then
    assertThat(cluster.leaderSeconds(500e6, 1)).isCloseTo(1, within(1e-9));
    assertThat(cluster.partitionSeconds(400e6)).isCloseTo(2, within(1e-9));
    assertThat(cluster.partitionCapacity(4)).isEqualTo(800e6);
  }
}
