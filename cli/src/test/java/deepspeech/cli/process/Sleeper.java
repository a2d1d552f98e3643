package deepspeech.cli.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A child that never ends by itself; with a second argument, not even on a shutdown's hook. */
final class Sleeper {
  private Sleeper() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 1) {
      Runtime.getRuntime().addShutdownHook(new Thread(Sleeper::sleep));
    }
    Path announcement = Path.of(arguments[0]);
    Path unfinished = announcement.resolveSibling("unfinished-" + ProcessHandle.current().pid());
    Files.writeString(unfinished, Long.toString(ProcessHandle.current().pid()));
    Files.move(unfinished, announcement);
    sleep();
  }

  private static void sleep() {
    while (true) {
      try {
        TimeUnit.DAYS.sleep(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
