package deepspeech.dashboard.reading;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventFollower;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.dashboard.history.History;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the history up to date with the topics. Thread-safe. */
public final class HistoryReader implements AutoCloseable {
  /** The topics that are read, with the type of their messages. */
  public static final Map<String, Class<?>> TOPICS =
      Map.of(
          Topics.RUNS, RunState.class,
          Topics.METRICS, MetricPoint.class,
          Topics.CHECKPOINTS, CheckpointCommitted.class,
          Topics.EVALUATIONS, Evaluation.class,
          Topics.DEAD_LETTERS, DeadLetter.class);

  private static final Logger LOG = LoggerFactory.getLogger(HistoryReader.class);
  private static final int LOGGED_IN_FULL = 10;

  private final History history;
  private final Clock clock;
  private final Map<String, LongAdder> unreadable = new ConcurrentHashMap<>();
  private final EventFollower<Object> follower;
  private volatile BrokerStatus status;

  /**
   * Starts to read.
   *
   * @param history receives the messages; it is cleared when reading starts again from the
   *     beginning
   */
  public HistoryReader(BrokerConfiguration broker, History history, Clock clock) {
    this.history = history;
    this.clock = clock;
    this.status = new BrokerStatus(false, clock.instant(), true, "not connected yet");
    this.follower = EventFollower.start(broker, TOPICS, new Filling());
  }

  /** State of the connection to the broker. */
  public BrokerStatus status() {
    return status;
  }

  /** Number of messages that are not read yet, by topic. */
  public Map<String, Long> lag() {
    return follower.lag();
  }

  /** Number of messages that could not be read, by topic. */
  public Map<String, Long> unreadable() {
    Map<String, Long> counts = new TreeMap<>();
    TOPICS.keySet().forEach(topic -> counts.put(topic, 0L));
    unreadable.forEach((topic, count) -> counts.put(topic, count.sum()));
    return counts;
  }

  @Override
  public void close() {
    follower.close();
  }

  private final class Filling implements EventFollower.Listener<Object> {
    @Override
    public void begins() {
      history.clear();
      unreadable.clear();
      status = new BrokerStatus(status.connected(), status.since(), true, status.reason());
      LOG.info("reading the topics from their beginning");
    }

    @Override
    public void received(ReceivedEvent<Object> event) {
      history.add(event.body(), event.attributes().map(CloudEvent::id));
    }

    @Override
    public void unreadable(String topic, String line) {
      LongAdder count = unreadable.computeIfAbsent(topic, first -> new LongAdder());
      count.increment();
      if (count.sum() <= LOGGED_IN_FULL) {
        LOG.warn("{}", line);
      }
    }

    @Override
    public void caughtUp() {
      status = new BrokerStatus(status.connected(), status.since(), false, status.reason());
      LOG.info("{} runs, {} metric points", history.runs().size(), history.points());
    }

    @Override
    public void connected() {
      if (!status.connected()) {
        status = new BrokerStatus(true, clock.instant(), status.reading(), null);
        LOG.info("connected");
      }
    }

    @Override
    public void disconnected(String reason) {
      if (status.connected() || !reason.equals(status.reason())) {
        LOG.warn("not connected: {}", reason);
      }
      status =
          new BrokerStatus(
              false,
              status.connected() ? clock.instant() : status.since(),
              status.reading(),
              reason);
    }
  }
}
