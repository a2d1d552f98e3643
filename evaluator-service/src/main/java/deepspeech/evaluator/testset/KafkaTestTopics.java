package deepspeech.evaluator.testset;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;

/** The test topics of a Kafka cluster. */
public final class KafkaTestTopics implements TestTopics, AutoCloseable {
  private static final String ALL = "deepspeech.features.*.test";
  private static final Pattern NAME = Pattern.compile("deepspeech\\.features\\.([^.]+)\\.test");

  private final BrokerConfiguration broker;
  private final Admin admin;
  private final TopicSetup topics;

  /** Opens a connection to the broker. */
  public KafkaTestTopics(BrokerConfiguration broker) {
    this.broker = broker;
    this.admin = Admin.create(broker.client(Map.of()));
    this.topics = new TopicSetup(broker);
  }

  @Override
  public Set<RunId> runs() throws InterruptedException {
    try {
      Set<RunId> runs = new HashSet<>();
      for (String topic : admin.listTopics().names().get()) {
        broker.layout().withoutPrefix(topic).flatMap(KafkaTestTopics::run).ifPresent(runs::add);
      }
      return runs;
    } catch (ExecutionException e) {
      throw BrokerException.onTopic(broker.name(ALL), "DESCRIBE", broker, e);
    }
  }

  private static Optional<RunId> run(String topic) {
    Matcher matcher = NAME.matcher(topic);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      RunId run = new RunId(matcher.group(1));
      return Optional.of(run).filter(r -> Topics.featuresName(r, Split.TEST).equals(topic));
    } catch (InvalidMessageException e) {
      // The topic is not a test topic of a run.
      return Optional.empty();
    }
  }

  @Override
  public void delete(RunId run) throws InterruptedException {
    topics.deleteFeatures(run, Split.TEST);
  }

  @Override
  public void close() {
    topics.close();
    admin.close();
  }
}
