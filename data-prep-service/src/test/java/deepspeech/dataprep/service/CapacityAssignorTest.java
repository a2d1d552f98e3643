package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CapacityAssignorTest {
  private static final String TOPIC = "requests";

  @Test
  void replicasGetPartitionsInProportionToTheirCapacity() {
    // Given
    Map<String, Integer> capacities = Map.of("large", 12, "medium", 3, "small", 1);
    // When
    Map<String, List<Integer>> assigned = assigned(capacities, 16);
    // Then
    assertThat(sizes(assigned)).isEqualTo(Map.of("large", 12, "medium", 3, "small", 1));
  }

  @Test
  void everyReplicaGetsAPartitionHoweverLittleItsCapacity() {
    // Given
    Map<String, Integer> capacities = Map.of("large", 1000, "small", 1, "tiny", 1);
    // When
    Map<String, List<Integer>> assigned = assigned(capacities, 16);
    // Then
    assertThat(sizes(assigned)).isEqualTo(Map.of("large", 14, "small", 1, "tiny", 1));
  }

  @Test
  void replicasOfTheSameCapacityTakeTurnsSoThatConsecutiveBatchesAreMadeSideBySide() {
    // Given
    Map<String, Integer> capacities = Map.of("a", 4, "b", 4);
    // When
    Map<String, List<Integer>> assigned = assigned(capacities, 6);
    // Then
    assertThat(assigned).isEqualTo(Map.of("a", List.of(0, 2, 4), "b", List.of(1, 3, 5)));
  }

  @Test
  void ifThereAreFewerPartitionsThanReplicasTheLargestReplicasGetThem() {
    // Given
    Map<String, Integer> capacities = Map.of("a", 1, "b", 8, "c", 2);
    // When
    Map<String, List<Integer>> assigned = assigned(capacities, 2);
    // Then
    assertThat(sizes(assigned)).isEqualTo(Map.of("a", 0, "b", 1, "c", 1));
  }

  @Test
  void aReplicaThatJoinsGetsPartitionsWhenTheirOwnersHaveGivenThemUp() {
    // Given
    Map<String, Integer> capacities = Map.of("a", 2, "b", 2, "new", 4);
    Map<String, List<Integer>> before =
        Map.of("a", List.of(0, 2, 4, 6), "b", List.of(1, 3, 5, 7), "new", List.of());
    // When
    Map<String, List<Integer>> first = assigned(capacities, 8, before, Map.of());
    Map<String, List<Integer>> second = assigned(capacities, 8, first, Map.of());
    // Then
    assertThat(first).isEqualTo(Map.of("a", List.of(0, 2), "b", List.of(1, 3), "new", List.of()));
    assertThat(second)
        .isEqualTo(Map.of("a", List.of(0, 2), "b", List.of(1, 3), "new", List.of(4, 5, 6, 7)));
  }

  @Test
  void thePartitionsOfAReplicaThatHasGoneAreSharedAndTheOthersStay() {
    // Given
    Map<String, Integer> capacities = Map.of("a", 2, "b", 1);
    Map<String, List<Integer>> before = Map.of("a", List.of(0, 3), "b", List.of(1));
    // When
    Map<String, List<Integer>> assigned = assigned(capacities, 6, before, Map.of());
    // Then
    assertThat(assigned).isEqualTo(Map.of("a", List.of(0, 2, 3, 4), "b", List.of(1, 5)));
  }

  @Test
  void ofTwoReplicasThatStateAPartitionTheOneThatWasAssignedLaterHasIt() {
    // Given
    Map<String, Integer> capacities = Map.of("a", 1, "b", 1);
    Map<String, List<Integer>> before = Map.of("a", List.of(0, 1), "b", List.of(1));
    // When
    Map<String, List<Integer>> assigned = assigned(capacities, 2, before, Map.of("a", 3, "b", 4));
    // Then
    assertThat(assigned).isEqualTo(Map.of("a", List.of(0), "b", List.of(1)));
  }

  @Test
  void aTopicThatDoesNotExistYetGivesNoPartitions() {
    // When
    Map<String, List<Integer>> assigned = assigned(Map.of("a", 1), 0);
    // Then
    assertThat(assigned).isEqualTo(Map.of("a", List.of()));
  }

  private static Map<String, List<Integer>> assigned(
      Map<String, Integer> capacities, int partitions) {
    return assigned(capacities, partitions, Map.of(), Map.of());
  }

  private static Map<String, List<Integer>> assigned(
      Map<String, Integer> capacities,
      int partitions,
      Map<String, List<Integer>> owned,
      Map<String, Integer> generations) {
    Node node = new Node(0, "localhost", 9092);
    Node[] replicas = {node};
    List<PartitionInfo> infos = new ArrayList<>();
    for (int number = 0; number < partitions; number++) {
      infos.add(new PartitionInfo(TOPIC, number, node, replicas, replicas));
    }
    Cluster cluster = new Cluster("id", List.of(node), infos, Set.of(), Set.of());
    Map<String, Subscription> subscriptions = new HashMap<>();
    capacities.forEach(
        (member, capacity) -> {
          CapacityAssignor assignor = new CapacityAssignor();
          assignor.configure(Map.of(CapacityAssignor.CAPACITY, String.valueOf(capacity)));
          subscriptions.put(
              member,
              new Subscription(
                  List.of(TOPIC),
                  assignor.subscriptionUserData(Set.of(TOPIC)),
                  owned.getOrDefault(member, List.of()).stream()
                      .map(number -> new TopicPartition(TOPIC, number))
                      .toList(),
                  generations.getOrDefault(member, 1),
                  Optional.empty()));
        });
    Map<String, List<Integer>> assigned = new TreeMap<>();
    new CapacityAssignor()
        .assign(cluster, new GroupSubscription(subscriptions))
        .groupAssignment()
        .forEach(
            (member, assignment) ->
                assigned.put(
                    member,
                    assignment.partitions().stream().map(TopicPartition::partition).toList()));
    return assigned;
  }

  private static Map<String, Integer> sizes(Map<String, List<Integer>> assigned) {
    Map<String, Integer> sizes = new HashMap<>();
    assigned.forEach((member, partitions) -> sizes.put(member, partitions.size()));
    return sizes;
  }
}
