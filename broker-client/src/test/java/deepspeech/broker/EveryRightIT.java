package deepspeech.broker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.progress.GroupMembers;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.KafkaRight;
import deepspeech.messages.topic.KafkaRight.Operation;
import deepspeech.messages.topic.KafkaRight.Resource;
import deepspeech.messages.topic.KafkaRights;
import deepspeech.messages.topic.TopicLayout;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.server.SecuredBroker;
import deepspeech.testing.server.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each operation in {@link KafkaRights} succeeds for a client that has its rights, and is refused
 * in one line for a client that lacks this one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("integration")
class EveryRightIT {
  private static final String PREFIX = "team-a.";
  private static final RunId RUN = new RunId("secured");

  private static final Map<String, String> TOPIC_OF =
      Map.of(
          ConsumerGroups.TRAINER, Topics.COMMANDS,
          ConsumerGroups.DATA_PREP, Topics.BATCH_REQUESTS,
          ConsumerGroups.EVALUATOR, Topics.CHECKPOINTS);

  private SecuredBroker broker;

  /** An operation of a client's right. */
  private record Case(KafkaRights.Client client, KafkaRight right, Operation operation) {
    /** The user who has all rights of the client. */
    String complete() {
      return client.name().toLowerCase(Locale.ROOT);
    }

    /** The user who lacks this one. */
    String lacking() {
      return "%s-%s-%s"
          .formatted(complete(), right.name(), operation)
          .toLowerCase(Locale.ROOT)
          .replaceAll("[^a-z]+", "-");
    }

    /** The rights without this one. The client may still see the resource. */
    List<KafkaRight> others() {
      List<KafkaRight> others = new ArrayList<>();
      for (KafkaRight other : KafkaRights.of(client)) {
        Set<Operation> operations = new HashSet<>(other.operations());
        if (other.equals(right)) {
          operations.remove(operation);
          if (operation != Operation.DESCRIBE && right.resource() == Resource.TOPIC) {
            operations.add(Operation.DESCRIBE);
          }
        }
        others.add(new KafkaRight(other.resource(), other.name(), other.prefixed(), operations));
      }
      return others;
    }

    @Override
    public String toString() {
      return "%s of %s: %s".formatted(operation, right.name(), client);
    }
  }

  static Stream<Case> cases() {
    return Stream.of(KafkaRights.Client.values())
        .flatMap(
            client ->
                KafkaRights.of(client).stream()
                    .flatMap(
                        right ->
                            right.operations().stream()
                                .sorted()
                                .map(operation -> new Case(client, right, operation))));
  }

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    Set<String> users = new HashSet<>();
    cases().forEach(each -> users.addAll(List.of(each.complete(), each.lacking())));
    broker =
        SecuredBroker.start(directory, TestAuthority.in(directory), users.toArray(String[]::new));
    for (Case each : cases().toList()) {
      broker.grant(each.complete(), PREFIX, KafkaRights.of(each.client()));
      broker.grant(each.lacking(), PREFIX, each.others());
    }
    try (TopicSetup topics = new TopicSetup(as(SecuredBroker.ADMIN))) {
      topics.ensureShared();
      topics.ensureFeatures(RUN, Split.TRAIN);
    }
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anOperationIsRefusedInOneLineWithoutItsRightAndSucceedsWithIt(Case each) {
    // When
    var lacking = assertThatThrownBy(() -> attempt(as(each.lacking()), each));
    var complete = assertThatCode(() -> attempt(as(each.complete()), each));

    // Then
    lacking
        .isInstanceOf(BrokerException.class)
        .message()
        .contains(PREFIX + each.right().name())
        .hasLineCount(1);
    complete.doesNotThrowAnyException();
  }

  private static void attempt(BrokerConfiguration as, Case each) throws InterruptedException {
    String name = each.right().name();
    if (each.right().resource() == Resource.GROUP) {
      attemptGroup(as, name, each.operation());
      return;
    }
    String topic = each.right().prefixed() ? Topics.featuresName(RUN, Split.TRAIN) : name;
    try (TopicSetup topics = new TopicSetup(as, Duration.ofSeconds(10))) {
      switch (each.operation()) {
        case DESCRIBE -> topics.partitions(as.name(topic));
        case DESCRIBE_CONFIGS -> topics.differencesOfShared();
        case CREATE -> topics.ensureFeatures(new RunId("of-" + each.complete()), Split.TEST);
        case DELETE -> topics.trim(as.name(topic), 0).toCompletableFuture().join();
        case ALTER -> topics.grow(as.name(topic), topics.partitions(as.name(topic)) + 1);
        case READ -> read(as, topic);
        case WRITE -> write(as, topic);
      }
    } catch (CompletionException e) {
      throw (BrokerException) e.getCause();
    }
  }

  private static void read(BrokerConfiguration as, String topic) throws InterruptedException {
    try (EventTail<Object> tail =
        EventTail.of(as, topic, Object.class, EventTail.Start.BEGINNING)) {
      tail.next(Duration.ofMillis(500));
    }
  }

  private static void write(BrokerConfiguration as, String topic) throws InterruptedException {
    try (EventPublisher publisher = new EventPublisher(as, "/test")) {
      publisher
          .send(topic, 0, "key", CloudEvent.of("test", "/test", Instant.EPOCH), Map.of())
          .join();
    } catch (CompletionException e) {
      throw (BrokerException) e.getCause();
    }
  }

  private static void attemptGroup(BrokerConfiguration as, String group, Operation operation)
      throws InterruptedException {
    if (operation == Operation.DESCRIBE) {
      try (GroupMembers members = new GroupMembers(as, group)) {
        members.count();
      }
      return;
    }
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            as.client(Map.of("group.id", as.name(group), "default.api.timeout.ms", 10_000)),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.commitSync(
          Map.of(new TopicPartition(as.name(TOPIC_OF.get(group)), 0), new OffsetAndMetadata(0)));
    } catch (KafkaException e) {
      throw new BrokerException(BrokerException.firstLine(e), e);
    }
  }

  private BrokerConfiguration as(String user) {
    return new BrokerConfiguration(
        broker.bootstrapServers(),
        broker.properties(user),
        new TopicLayout(PREFIX, TopicLayout.Owner.SERVICES, OptionalInt.empty()));
  }
}
