package deepspeech.cli.command;

import deepspeech.messages.identity.RunId;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Makes names for runs that are started without one. */
final class RunNames {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  private RunNames() {}

  /** A name made of the prefix and the time, such as {@code demo-20260131-120000}. */
  static RunId of(String prefix, Clock clock) {
    return new RunId(prefix + "-" + TIME.format(LocalDateTime.now(clock)));
  }
}
