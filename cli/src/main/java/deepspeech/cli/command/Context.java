package deepspeech.cli.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * The environment in which a command runs.
 *
 * @param out stream for the output that the user asked for
 * @param err stream for everything else
 * @param clock source of run names and of the time zone for displayed times
 */
public record Context(
    PrintWriter out, PrintWriter err, Map<String, String> environment, Clock clock) {
  /** The context of this process. */
  public static Context ofProcess() {
    return new Context(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Clock.system(ZoneId.systemDefault()));
  }

  /** Prints output that the user asked for. */
  void show(String lines) {
    out.println(lines);
    out.flush();
  }

  /** Prints other messages to the error stream: progress of preparations, errors of services. */
  void note(String line) {
    err.println(line);
    err.flush();
  }
}
