package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.RunStates;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The unfinished runs of a stack. A trainer resumes those that it finds, and the runs of a command
 * would have to wait for them.
 */
final class EarlierRuns {
  private static final Duration STOPPED_WITHIN = Duration.ofMinutes(5);

  private EarlierRuns() {}

  /**
   * Stops those that an earlier start of a command has left.
   *
   * @param prefix of the names of its runs
   * @return the other unfinished runs
   */
  static List<RunId> stop(Context context, BrokerConfiguration broker, String prefix)
      throws InterruptedException {
    List<RunId> others = new ArrayList<>();
    for (RunState earlier : new RunStates(broker).newest().values()) {
      RunId run = earlier.run();
      if (earlier.status().ended()) {
        continue;
      }
      if (run.value().startsWith(prefix + "-")) {
        context.note("Stopping the unfinished run %s".formatted(run));
        var unused =
            CommandLineDispatch.to(broker, STOPPED_WITHIN).sendAndAwaitEnd(new Command.Stop(run));
      } else {
        others.add(run);
      }
    }
    return others;
  }
}
