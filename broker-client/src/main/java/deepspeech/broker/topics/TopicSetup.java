package deepspeech.broker.topics;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates, trims and deletes topics. Every operation is idempotent, so services may start in any
 * order and at the same time. Thread-safe.
 */
public final class TopicSetup implements AutoCloseable {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

  private final BrokerConfiguration configuration;
  private final Duration limit;
  private final Admin admin;

  public TopicSetup(BrokerConfiguration configuration) {
    this(configuration, DEFAULT_LIMIT);
  }

  /**
   * Opens a connection.
   *
   * @param limit timeout of one operation, and of the wait for topics that an operator creates
   */
  public TopicSetup(BrokerConfiguration configuration, Duration limit) {
    this.configuration = configuration;
    this.limit = limit;
    this.admin = configuration.admin(limit);
  }

  /**
   * Creates the topics of {@link Topics#shared()} that are missing, or waits for them if an
   * operator creates them.
   *
   * @throws BrokerException naming the topic if it can be neither created nor seen
   */
  public void ensureShared() throws InterruptedException {
    var unused =
        ensureShared(
            Topics.shared().stream().map(TopicDefinition::name).collect(Collectors.toSet()));
  }

  /**
   * Does the same for some of the shared topics.
   *
   * @param names without the prefix of the names on the broker
   * @return true if at least one was missing and is created
   */
  public boolean ensureShared(Set<String> names) throws InterruptedException {
    TopicLayout layout = configuration.layout();
    List<TopicDefinition> wanted =
        Topics.shared().stream()
            .filter(topic -> names.contains(topic.name()))
            .map(layout::topic)
            .toList();
    if (layout.owner() == TopicLayout.Owner.SERVICES) {
      return ensure(wanted);
    }
    awaitOperator(wanted);
    return false;
  }

  /**
   * Compares the shared topics with those that services create.
   *
   * @return one line for each difference
   * @throws BrokerException if a topic does not exist, the client may not describe it or its
   *     configuration, or the broker does not answer
   */
  public List<String> differencesOfShared() throws InterruptedException {
    return new TopicComparison(configuration, admin).differences();
  }

  /**
   * Creates the feature topic of a run and split if it is missing.
   *
   * @return true if it was missing
   */
  public boolean ensureFeatures(RunId run, Split split) throws InterruptedException {
    return ensure(List.of(configuration.layout().featureTopic(Topics.features(run, split))));
  }

  /**
   * Creates the topics that are missing and returns when all can be used. Existing topics keep
   * their partitions and configuration.
   *
   * @param topics as they are on the broker
   * @return true if at least one was missing
   * @throws BrokerException naming the topic and the operation if rights are missing or the broker
   *     does not answer
   */
  public boolean ensure(Collection<TopicDefinition> topics) throws InterruptedException {
    List<TopicDefinition> missing = new ArrayList<>();
    for (TopicDefinition topic : topics) {
      if (!exists(topic.name())) {
        missing.add(topic);
      }
    }
    if (missing.isEmpty()) {
      return false;
    }
    Map<String, KafkaFuture<Void>> created =
        admin
            .createTopics(
                missing.stream()
                    .map(
                        t ->
                            new NewTopic(t.name(), Optional.of(t.partitions()), replication(t))
                                .configs(t.configuration()))
                    .toList())
            .values();
    for (TopicDefinition topic : missing) {
      try {
        created.get(topic.name()).get();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw BrokerException.onTopic(topic.name(), "CREATE", configuration, e);
        }
      }
    }
    for (TopicDefinition topic : missing) {
      awaitLeaders(topic.name());
    }
    return true;
  }

  private static Optional<Short> replication(TopicDefinition topic) {
    return topic.replication().isEmpty()
        ? Optional.empty()
        : Optional.of((short) topic.replication().getAsInt());
  }

  /**
   * True if the topic exists. One that another client has just created may seem missing.
   *
   * @param topic its name on the broker
   * @throws BrokerException if the client may not see it or the broker does not answer
   */
  public boolean exists(String topic) throws InterruptedException {
    return isKnown(() -> describe(topic));
  }

  /**
   * True if the topic exists or appears within 5 s.
   *
   * @param topic its name on the broker
   * @throws BrokerException if the client may not see it or the broker does not answer
   */
  public boolean appears(String topic) throws InterruptedException {
    return isKnown(() -> TopicPropagation.await(() -> describe(topic)));
  }

  private static boolean isKnown(RetryPolicy.Attempt<TopicDescription, BrokerException> question)
      throws InterruptedException {
    try {
      var unused = question.run();
      return true;
    } catch (BrokerException e) {
      if (e.unknownTopic()) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Counts the partitions of a topic.
   *
   * @param topic its name on the broker
   * @throws BrokerException if the topic does not appear within 5 s, the client may not see it, or
   *     the broker does not answer
   */
  public int partitions(String topic) throws InterruptedException {
    return TopicPropagation.await(() -> describe(topic)).partitions().size();
  }

  /** As the broker that answers first knows the topic. */
  private TopicDescription describe(String topic) throws InterruptedException {
    try {
      return admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(topic, "DESCRIBE", configuration, e);
    }
  }

  /**
   * Adds partitions to a topic. If it has that many already, nothing changes.
   *
   * @param topic its name on the broker
   * @param partitions the number of partitions to reach
   * @throws BrokerException naming the topic and the operation if rights are missing or the broker
   *     does not answer
   */
  public void grow(String topic, int partitions) throws InterruptedException {
    try {
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof InvalidPartitionsException)) {
        throw BrokerException.onTopic(topic, "ALTER", configuration, e);
      }
    }
  }

  /** Deletes the feature topic of a run and split, if it exists. */
  public void deleteFeatures(RunId run, Split split) throws InterruptedException {
    delete(configuration.name(Topics.featuresName(run, split)));
  }

  /**
   * Deletes a topic with all its records. A missing topic is no error.
   *
   * @param topic its name on the broker
   * @throws BrokerException naming the topic if rights are missing or the broker does not answer
   */
  public void delete(String topic) throws InterruptedException {
    try {
      admin.deleteTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw BrokerException.onTopic(topic, "DELETE", configuration, e);
      }
    }
  }

  /**
   * Deletes the records of a feature topic below an offset. The broker frees the disk space of a
   * segment when all of its records are below the offset.
   *
   * @param topic its name on the broker
   * @return completes when the broker has moved the beginning of the topic, exceptionally with a
   *     {@link BrokerException}; a topic that does not exist, or was trimmed further, is no error
   */
  public CompletionStage<Void> trim(String topic, long beforeOffset) {
    TopicPartition partition = new TopicPartition(topic, 0);
    // The client would wait for a missing topic, so its existence is checked first.
    return admin
        .describeTopics(List.of(topic))
        .topicNameValues()
        .get(topic)
        .toCompletionStage()
        .thenCompose(
            found ->
                admin
                    .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(beforeOffset)))
                    .all()
                    .toCompletionStage())
        .handle(
            (done, failure) -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              if (cause == null
                  || cause instanceof UnknownTopicOrPartitionException
                  || cause instanceof OffsetOutOfRangeException) {
                return null;
              }
              throw BrokerException.onTopic(topic, "DELETE", configuration, cause);
            });
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  private void awaitOperator(List<TopicDefinition> topics) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (TopicDefinition topic : topics) {
      while (!exists(topic.name())) {
        if (System.nanoTime() >= deadline) {
          throw new BrokerException(
              "topic %s: does not exist on broker %s after %d s; the operator of the cluster has to create it (DEEPSPEECH_TOPIC_OWNER)"
                  .formatted(topic.name(), configuration.bootstrapServers(), limit.toSeconds()));
        }
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
  }

  /**
   * Waits until the leader of every partition answers. Otherwise a producer loses its first batch
   * if that one arrives too early and the second one does not (KAFKA-15591, at least up to Kafka
   * 4.1).
   */
  private void awaitLeaders(String topic) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    int partitions = partitions(topic);
    for (int partition = 0; partition < partitions; partition++) {
      ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    try {
      // The client retries while a leader does not know the partition yet.
      admin.listOffsets(ends).all().get();
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(topic, "DESCRIBE", configuration, e);
    }
  }
}
