package deepspeech.broker.events;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.messages.run.RunId;
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
   * Describes what to read.
   *
   * @param limit how long the broker may take to answer, and reading may stand still
   */
  public RunStates(BrokerConfiguration configuration, Duration limit) {
    this.log = new CompactedLog<>(configuration, Topics.RUNS, RunState.class, limit);
  }

  /**
   * Reads all states that there are now.
   *
   * @return the run that changed last is at the end
   * @throws BrokerException if the topic is not there or may not be read, or the broker does not
   *     answer
   */
  public Map<RunId, RunState> newest() throws InterruptedException {
    Map<RunId, RunState> states = new LinkedHashMap<>();
    log.newest().values().forEach(event -> states.put(event.body().run(), event.body()));
    return states;
  }

  /**
   * Reads the state of one run; empty if nothing is known of it.
   *
   * @throws BrokerException if the topic is not there or may not be read, or the broker does not
   *     answer
   */
  public Optional<RunState> newest(RunId run) throws InterruptedException {
    return Optional.ofNullable(newest().get(run));
  }
}
