package deepspeech.messages.topic;

import deepspeech.messages.topic.KafkaRight.Operation;
import deepspeech.messages.topic.KafkaRight.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The least rights with which each client of a Kafka cluster works, if an operator creates the
 * shared topics. This is the only place that decides them.
 */
public final class KafkaRights {
  private static final Set<String> ALL_SHARED =
      Set.copyOf(Topics.shared().stream().map(TopicDefinition::name).toList());

  private final Map<String, Set<Operation>> topics = new TreeMap<>();
  private final Map<String, Operation> groups = new TreeMap<>();
  private final Set<Operation> features = EnumSet.noneOf(Operation.class);

  private KafkaRights() {}

  /** The clients of an installation. */
  public enum Client {
    TRAINER,
    EVALUATOR,
    DATA_PREP,
    DASHBOARD,
    /** The command line, except {@code chaos}. */
    COMMAND_LINE,
    /** What counts the requests that wait for data-prep, to choose the number of its replicas. */
    AUTOSCALER
  }

  /** The rights of a client, by resource and name. */
  public static List<KafkaRight> of(Client client) {
    return switch (client) {
      case TRAINER -> trainer();
      case EVALUATOR -> evaluator();
      case DATA_PREP -> dataPrep();
      case DASHBOARD -> dashboard();
      case COMMAND_LINE -> commandLine();
      case AUTOSCALER -> autoscaler();
    };
  }

  private static List<KafkaRight> trainer() {
    return new KafkaRights()
        .onTopics(ALL_SHARED, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)
        .onTopics(
            Set.of(
                Topics.COMMANDS,
                Topics.RUNS,
                Topics.CHECKPOINTS,
                Topics.EVALUATIONS,
                Topics.METRICS,
                Topics.DEAD_LETTERS,
                Topics.TRAINERS),
            Operation.READ)
        .onTopics(
            Set.of(
                Topics.RUNS,
                Topics.CHECKPOINTS,
                Topics.METRICS,
                Topics.DEAD_LETTERS,
                Topics.BATCH_REQUESTS,
                Topics.TRAINERS),
            Operation.WRITE)
        .onFeatures(Operation.CREATE, Operation.READ, Operation.DELETE)
        .onGroup(ConsumerGroups.TRAINER, Operation.READ)
        .onGroup(ConsumerGroups.DATA_PREP, Operation.DESCRIBE)
        .onGroup(ConsumerGroups.EVALUATOR, Operation.DESCRIBE)
        .list();
  }

  private static List<KafkaRight> evaluator() {
    return new KafkaRights()
        .onTopics(ALL_SHARED, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)
        .onTopics(
            Set.of(
                Topics.CHECKPOINTS,
                Topics.RUNS,
                Topics.EVALUATIONS,
                Topics.METRICS,
                Topics.DEAD_LETTERS),
            Operation.READ)
        .onTopics(
            Set.of(Topics.EVALUATIONS, Topics.METRICS, Topics.DEAD_LETTERS, Topics.BATCH_REQUESTS),
            Operation.WRITE)
        .onFeatures(Operation.CREATE, Operation.READ, Operation.DELETE)
        .onGroup(ConsumerGroups.EVALUATOR, Operation.READ)
        .list();
  }

  private static List<KafkaRight> dataPrep() {
    return new KafkaRights()
        .onTopics(ALL_SHARED, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS)
        .onTopics(Set.of(Topics.BATCH_REQUESTS, Topics.DEAD_LETTERS), Operation.READ)
        .onTopics(Set.of(Topics.DEAD_LETTERS), Operation.WRITE)
        .onTopics(Set.of(Topics.BATCH_REQUESTS), Operation.ALTER)
        .onFeatures(Operation.WRITE)
        .onGroup(ConsumerGroups.DATA_PREP, Operation.READ)
        .list();
  }

  private static List<KafkaRight> dashboard() {
    return new KafkaRights().onTopics(ALL_SHARED, Operation.DESCRIBE).seesAndCommandsRuns().list();
  }

  private static List<KafkaRight> commandLine() {
    return new KafkaRights()
        .seesAndCommandsRuns()
        .onTopics(Set.of(Topics.TRAINERS), Operation.READ)
        .list();
  }

  private static List<KafkaRight> autoscaler() {
    return new KafkaRights()
        .onTopics(Set.of(Topics.BATCH_REQUESTS), Operation.DESCRIBE)
        .onGroup(ConsumerGroups.DATA_PREP, Operation.DESCRIBE)
        .list();
  }

  /** What a person needs, with whatever program. */
  private KafkaRights seesAndCommandsRuns() {
    return onTopics(
            Set.of(
                Topics.RUNS,
                Topics.METRICS,
                Topics.CHECKPOINTS,
                Topics.EVALUATIONS,
                Topics.DEAD_LETTERS),
            Operation.READ)
        .onTopics(Set.of(Topics.COMMANDS), Operation.WRITE);
  }

  private KafkaRights onTopics(Set<String> names, Operation... operations) {
    for (String name : names) {
      topics
          .computeIfAbsent(name, first -> EnumSet.noneOf(Operation.class))
          .addAll(List.of(operations));
    }
    return this;
  }

  private KafkaRights onFeatures(Operation... operations) {
    features.addAll(List.of(operations));
    return this;
  }

  private KafkaRights onGroup(String name, Operation operation) {
    groups.put(name, operation);
    return this;
  }

  private List<KafkaRight> list() {
    List<KafkaRight> rights = new ArrayList<>();
    topics.forEach(
        (name, operations) ->
            rights.add(new KafkaRight(Resource.TOPIC, name, false, plain(operations))));
    if (!features.isEmpty()) {
      rights.add(new KafkaRight(Resource.TOPIC, Topics.FEATURES, true, features));
    }
    groups.forEach(
        (name, operation) ->
            rights.add(new KafkaRight(Resource.GROUP, name, false, Set.of(operation))));
    rights.sort(Comparator.comparing(KafkaRight::resource).thenComparing(KafkaRight::name));
    return List.copyOf(rights);
  }

  /** Without {@code DESCRIBE} if another operation includes it. */
  private static Set<Operation> plain(Set<Operation> operations) {
    Set<Operation> plain = EnumSet.copyOf(operations);
    Set<Operation> others =
        EnumSet.complementOf(EnumSet.of(Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS));
    if (plain.stream().anyMatch(others::contains)) {
      plain.remove(Operation.DESCRIBE);
    }
    return plain;
  }
}
