package deepspeech.cli.command;

import deepspeech.cli.process.RestartPolicy;
import deepspeech.cli.stack.Installation;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

@CommandLine.Command(
    name = "up",
    description = {
      "Starts the whole pipeline on this machine and keeps it running until Ctrl-C: a Kafka broker and"
          + " an S3 store in this process, and the services as its child processes.",
      "The other commands find this stack without options. An unfinished run resumes."
    })
final class UpCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private StackOptions options;
  @Mixin private DashboardOption dashboard;

  UpCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Installation installation = Installation.current();
    try (RunningStack stack =
        new RunningStack(
            context,
            installation,
            dashboard.addTo(options.settings(installation, RestartPolicy.OF_SERVICES)))) {
      stack.start();
      context.show("Running until Ctrl-C; in another terminal: deepspeech train --help");
      stack.holdUntilFailure();
      return 1;
    }
  }
}
