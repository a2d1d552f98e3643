package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.run.RunRegistry;
import java.util.function.Consumer;

/** Reads the states of the runs of all trainers into the registry. */
final class RunStateFollower implements AutoCloseable {

  private final RunRegistry registry;
  private final EventTail<RunState> tail;
  private final Consumer<RunState> changed;
  private final Thread thread = new Thread(this::follow, "run-follower");

  /**
   * Follows the states that are published from now on.
   *
   * @param changed receives each new state, which is in the registry then
   * @throws BrokerException if the topic cannot be read
   */
  RunStateFollower(BrokerConfiguration broker, RunRegistry registry, Consumer<RunState> changed)
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
    new FollowedTopic<>(tail)
        .forEach(
            state -> {
              registry.adopt(state);
              changed.accept(state);
            });
  }

  @Override
  public void close() {
    tail.stop();
  }
}
