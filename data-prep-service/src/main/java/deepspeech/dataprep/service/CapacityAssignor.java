package deepspeech.dataprep.service;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Assigns the partitions of the batch requests to replicas in proportion to their capacity. Each
 * replica states its capacity when it joins the group. Each gets one partition before any gets a
 * second one; the others are assigned by the highest averages method (D'Hondt). Consecutive
 * partitions go to different replicas where capacities allow it, because trainers send consecutive
 * batches to consecutive partitions.
 *
 * <p>Replicas keep the partitions that they have, as far as their share allows it, and go on with
 * them during a rebalance: the cooperative protocol of KIP-429. A partition that changes its owner
 * is left out first, and assigned in the rebalance that follows when its owner has given it up.
 */
public final class CapacityAssignor implements ConsumerPartitionAssignor, Configurable {
  /** The consumer property with the capacity of this replica, a whole number from 1. */
  static final String CAPACITY = "deepspeech.capacity";

  private static final Comparator<TopicPartition> ORDER =
      Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

  private int capacity = 1;

  @Override
  public void configure(Map<String, ?> properties) {
    capacity = Integer.parseInt(String.valueOf(properties.get(CAPACITY)));
  }

  @Override
  public String name() {
    return "capacity";
  }

  @Override
  public List<RebalanceProtocol> supportedProtocols() {
    return List.of(RebalanceProtocol.COOPERATIVE, RebalanceProtocol.EAGER);
  }

  @Override
  public ByteBuffer subscriptionUserData(Set<String> topics) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(0, capacity);
  }

  @Override
  public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
    Map<String, Subscription> members = new TreeMap<>(group.groupSubscription());
    List<TopicPartition> partitions = partitions(cluster, members);
    Map<TopicPartition, String> owners = owners(members);
    Map<String, List<TopicPartition>> shares = none(members);
    distribute(partitions, shares, members);
    Map<String, List<TopicPartition>> assigned = none(members);
    List<TopicPartition> others = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      String owner = owners.get(partition);
      boolean stays = owner != null && assigned.get(owner).size() < shares.get(owner).size();
      (stays ? assigned.get(owner) : others).add(partition);
    }
    distribute(others, assigned, members);
    Map<String, Assignment> assignments = new HashMap<>();
    assigned.forEach(
        (member, own) -> {
          own.removeIf(partition -> !owners.getOrDefault(partition, member).equals(member));
          own.sort(ORDER);
          assignments.put(member, new Assignment(own));
        });
    return new GroupAssignment(assignments);
  }

  private static Map<String, List<TopicPartition>> none(Map<String, Subscription> members) {
    Map<String, List<TopicPartition>> none = new TreeMap<>();
    members.keySet().forEach(member -> none.put(member, new ArrayList<>()));
    return none;
  }

  /** Adds each partition to the member that has the fewest for its capacity. */
  private static void distribute(
      List<TopicPartition> partitions,
      Map<String, List<TopicPartition>> assigned,
      Map<String, Subscription> members) {
    Comparator<String> mostDeserving =
        Comparator.comparing((String member) -> assigned.get(member).isEmpty())
            .thenComparingDouble(
                member ->
                    (double) members.get(member).userData().getInt(0)
                        / (assigned.get(member).size() + 1))
            .thenComparing(Comparator.reverseOrder());
    for (TopicPartition partition : partitions) {
      String member = assigned.keySet().stream().max(mostDeserving).orElseThrow();
      assigned.get(member).add(partition);
    }
  }

  private static List<TopicPartition> partitions(
      Cluster cluster, Map<String, Subscription> members) {
    Set<String> topics = new TreeSet<>();
    members.values().forEach(subscription -> topics.addAll(subscription.topics()));
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      Integer count = cluster.partitionCountForTopic(topic);
      for (int number = 0; count != null && number < count; number++) {
        partitions.add(new TopicPartition(topic, number));
      }
    }
    return partitions;
  }

  /**
   * Returns which member has which partition. A member that missed a rebalance may state a
   * partition that another one has got since; the one of the later generation has it.
   */
  private static Map<TopicPartition, String> owners(Map<String, Subscription> members) {
    Map<TopicPartition, String> owners = new HashMap<>();
    members.forEach(
        (member, subscription) ->
            subscription
                .ownedPartitions()
                .forEach(
                    partition ->
                        owners.merge(
                            partition,
                            member,
                            (one, other) ->
                                generation(members.get(one)) >= generation(members.get(other))
                                    ? one
                                    : other)));
    return owners;
  }

  private static int generation(Subscription subscription) {
    return subscription.generationId().orElse(-1);
  }
}
