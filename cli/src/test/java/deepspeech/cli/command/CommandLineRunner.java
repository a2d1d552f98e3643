package deepspeech.cli.command;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Runs commands as a person would, and keeps what they print. */
final class CommandLineRunner {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Context context;

  CommandLineRunner(Map<String, String> environment) {
    context =
        new Context(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            environment,
            Clock.fixed(Instant.parse("2026-01-31T12:34:56Z"), ZoneOffset.UTC));
  }

  /** Runs a command and returns its exit status. */
  int run(String... arguments) {
    return DeepSpeech.commandLine(context).execute(arguments);
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
