package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The newest state of each run, from {@code deepspeech.runs}. */
public final class RunStates {
  private final CompactedLog<RunState> log;

  public RunStates(BrokerConfiguration configuration) {
    this(configuration, Duration.ofSeconds(30));
  }

  /**
   * Creates a reader. It connects at each read.
   *
   * @param limit timeout for an answer of the broker, and for reading without progress
   */
  public RunStates(BrokerConfiguration configuration, Duration limit) {
    this.log = new CompactedLog<>(configuration, Topics.RUNS, RunState.class, limit);
  }

  /**
   * Reads the current states of all runs.
   *
   * @return newest state by run, in the order of the last change
   * @throws BrokerException if the topic does not exist, may not be read, or the broker does not
   *     answer
   */
  public Map<RunId, RunState> newest() throws InterruptedException {
    Map<RunId, RunState> states = new LinkedHashMap<>();
    log.newest().values().forEach(event -> states.put(event.body().run(), event.body()));
    return states;
  }

  /**
   * Reads the state of one run; empty if the topic has none.
   *
   * @throws BrokerException if the topic does not exist, may not be read, or the broker does not
   *     answer
   */
  public Optional<RunState> newest(RunId run) throws InterruptedException {
    return Optional.ofNullable(newest().get(run));
  }
}
