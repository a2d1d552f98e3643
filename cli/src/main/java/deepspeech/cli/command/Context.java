package deepspeech.cli.command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * What commands meet outside themselves.
 *
 * @param out what was asked for
 * @param err everything else
 * @param clock gives names to runs and the zone of times shown
 */
public record Context(
    PrintWriter out, PrintWriter err, Map<String, String> environment, Clock clock) {
  /** This process's. */
  public static Context ofProcess() {
    return new Context(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Clock.system(ZoneId.systemDefault()));
  }

  /** Shows what was asked for. */
  void show(String lines) {
    out.println(lines);
    out.flush();
  }

  /** Shows what was not asked for: progress of preparations, errors of services. */
  void note(String line) {
    err.println(line);
    err.flush();
  }
}
