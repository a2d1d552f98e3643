package deepspeech.cli;

import deepspeech.cli.command.Context;
import deepspeech.cli.command.DeepSpeech;

/** The program behind {@code deploy/local/deepspeech}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // Print each log record as one line, like all other output on the error stream.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %3$s: %5$s%n");
    System.exit(DeepSpeech.commandLine(Context.ofProcess()).execute(arguments));
  }
}
