package deepspeech.cli.dispatch;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.command.CommandDispatch;
import java.time.Duration;

/** Creates the dispatch of the command line's commands. */
public final class CommandLineDispatch {
  private static final String SOURCE = "/deepspeech-cli";

  private CommandLineDispatch() {}

  /**
   * Creates a dispatch to a broker.
   *
   * @param limit how long the broker may take to accept a command, and how long the trainer may
   *     take to answer and to reach the state that is waited for
   */
  public static CommandDispatch to(BrokerConfiguration broker, Duration limit) {
    return new CommandDispatch(broker, SOURCE, limit);
  }
}
