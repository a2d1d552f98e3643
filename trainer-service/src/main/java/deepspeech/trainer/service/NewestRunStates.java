package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventTail;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import deepspeech.trainer.run.RunRegistry;

/**
 * Reads {@code deepspeech.runs} up to its present end into the registry. It keeps its place in the
 * topic, so that a call reads only what is new. Thread-safe.
 */
final class NewestRunStates implements AutoCloseable {
  private final RunRegistry registry;
  private final EventTail<RunState> tail;

  /**
   * Connects to the topic.
   *
   * @throws BrokerException if the topic cannot be read
   */
  NewestRunStates(BrokerConfiguration broker, RunRegistry registry) throws InterruptedException {
    this.registry = registry;
    this.tail = EventTail.upToNowOf(broker, Topics.RUNS, RunState.class, EventTail.Start.BEGINNING);
  }

  /**
   * Reads the states that were published until now.
   *
   * @throws BrokerException if the topic cannot be read
   */
  synchronized void read() throws InterruptedException {
    tail.upToNow(event -> registry.adopt(event.body()));
  }

  @Override
  public void close() {
    tail.stop();
    synchronized (this) {
      tail.close();
    }
  }
}
