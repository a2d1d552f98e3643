package deepspeech.cli.command;

import deepspeech.cli.stack.StackSettings;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The option for the port on which the dashboard of a local stack listens. */
final class DashboardOption {
  @Option(
      names = "--dashboard-port",
      paramLabel = "PORT",
      description = "port of the dashboard; default: 8040, or a free one if that is taken")
  private Integer port;

  StackSettings addTo(StackSettings settings) {
    return settings.withDashboard(port == null ? OptionalInt.empty() : OptionalInt.of(port));
  }
}
