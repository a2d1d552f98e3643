package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnsweredOffsetsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final TopicPartition FIRST = new TopicPartition("requests", 0);
  private static final TopicPartition SECOND = new TopicPartition("requests", 1);

  private final AnsweredOffsets offsets = new AnsweredOffsets();

  @BeforeEach
  void receiveThree() {
    offsets.assign(List.of(FIRST, SECOND));
    for (long offset = 7; offset < 10; offset++) {
      offsets.receive(FIRST, offset);
    }
  }

  @Test
  void theOffsetBelowWhichAllRequestsAreDoneIsCommitted() {
    // When
    begin(7, 8, 9);
    offsets.end(FIRST, 7);
    offsets.end(FIRST, 9);

    // Then
    assertThat(offsets.toCommit()).isEqualTo(Map.of(FIRST, 8L));
    offsets.end(FIRST, 8);
    assertThat(offsets.toCommit()).isEqualTo(Map.of(FIRST, 10L));
  }

  @Test
  void whatTheBrokerHasIsNotCommittedAgainAndWhatItRefusedIs() {
    // When
    begin(7);
    offsets.end(FIRST, 7);

    // Then
    assertThat(offsets.toCommit()).isEqualTo(Map.of(FIRST, 8L));
    assertThat(offsets.toCommit()).as("after a refusal").isEqualTo(Map.of(FIRST, 8L));
    offsets.committed(Map.of(FIRST, 8L));
    assertThat(offsets.toCommit()).isEmpty();
  }

  @Test
  void aRequestIsBegunOnce() {
    assertThat(offsets.begin(FIRST, 7)).isTrue();
    assertThat(offsets.begin(FIRST, 7)).isFalse();
    offsets.end(FIRST, 7);
    assertThat(offsets.begin(FIRST, 7)).isFalse();
  }

  @Test
  void aPartitionThatLeavesWaitsForBegunRequestsAndBeginsNoOther() throws Exception {
    // Given
    begin(7);

    // When
    assertThat(offsets.leave(List.of(FIRST), Duration.ZERO)).isFalse();
    CompletableFuture<Boolean> leaving = CompletableFuture.supplyAsync(() -> leave(FIRST));

    // Then
    assertThat(offsets.begin(FIRST, 8)).isFalse();
    offsets.end(FIRST, 7);
    assertThat(leaving.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(offsets.toCommit()).as("the rest is left").isEqualTo(Map.of(FIRST, 8L));
  }

  @Test
  void aPartitionThatStaysIsNotWaitedFor() throws Exception {
    begin(7);
    assertThat(offsets.leave(List.of(SECOND), Duration.ZERO)).isTrue();
    assertThat(offsets.begin(FIRST, 8)).isTrue();
  }

  @Test
  void aRequestThatIsGivenUpIsLeftToTheNextReplica() throws Exception {
    begin(7, 8);
    offsets.giveUp(FIRST, 7);
    offsets.end(FIRST, 8);
    assertThat(offsets.leave(List.of(FIRST), Duration.ZERO)).isTrue();
    assertThat(offsets.toCommit().get(FIRST)).isEqualTo(7);
  }

  @Test
  void requestsOfAPartitionThatAnotherReplicaHasAreNotBegun() {
    // When
    offsets.forget(List.of(FIRST));
    offsets.receive(FIRST, 10);

    // Then
    assertThat(offsets.begin(FIRST, 8)).isFalse();
    assertThat(offsets.begin(FIRST, 10)).isFalse();
    assertThat(offsets.toCommit()).isEmpty();
    assertThat(offsets.assigned()).containsExactly(SECOND);
  }

  @Test
  void aPartitionThatComesBackBeginsWhatItReceivesThen() {
    // When
    offsets.forget(List.of(FIRST));
    offsets.assign(List.of(FIRST));
    offsets.receive(FIRST, 8);

    // Then
    assertThat(offsets.begin(FIRST, 7)).isFalse();
    assertThat(offsets.begin(FIRST, 8)).isTrue();
    offsets.end(FIRST, 8);
    assertThat(offsets.toCommit()).isEqualTo(Map.of(FIRST, 9L));
  }

  private void begin(long... requests) {
    for (long offset : requests) {
      assertThat(offsets.begin(FIRST, offset)).isTrue();
    }
  }

  private boolean leave(TopicPartition partition) {
    try {
      return offsets.leave(List.of(partition), LONG);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
