package deepspeech.cli.dispatch;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.command.CommandDispatch;
import java.time.Duration;

/** Commands of the command line. */
public final class CommandLineDispatch {
  private static final String SOURCE = "/deepspeech-cli";

  private CommandLineDispatch() {}

  /**
   * Talks to one broker.
   *
   * @param limit how long the trainer may take to answer, and then to do what is waited for
   */
  public static CommandDispatch to(BrokerConfiguration broker, Duration limit) {
    return new CommandDispatch(broker, SOURCE, limit);
  }
}
