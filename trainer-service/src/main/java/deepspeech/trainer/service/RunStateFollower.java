package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.run.RunRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the states of the runs of all trainers into the registry. */
final class RunStateFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunStateFollower.class);

  private final RunRegistry registry;
  private final EventTail<RunState> tail;
  private final Runnable changed;
  private final Thread thread = new Thread(this::follow, "run-follower");

  /**
   * Follows the states that are published from now on.
   *
   * @param changed called after each new state
   * @throws BrokerException if the topic cannot be read
   */
  RunStateFollower(BrokerConfiguration broker, RunRegistry registry, Runnable changed)
      throws InterruptedException {
    this.registry = registry;
    this.changed = changed;
    this.tail = EventTail.of(broker, Topics.RUNS, RunState.class, EventTail.Start.NOW);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void follow() {
    try (tail) {
      tail.forEach(
          event -> {
            registry.adopt(event.body());
            changed.run();
          });
    } catch (InterruptedException e) {
      LOG.debug("the states of the runs are no longer read");
    } catch (BrokerException e) {
      LOG.error("the states of the runs are no longer read: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    tail.stop();
  }
}
