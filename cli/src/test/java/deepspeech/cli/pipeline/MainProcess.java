package deepspeech.cli.pipeline;

import deepspeech.cli.Main;
import deepspeech.testing.process.JavaLaunch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The command line of this module in a process of its own. */
final class MainProcess {
  private MainProcess() {}

  /**
   * Starts it.
   *
   * @param output gets what it prints
   * @param environment beside that of the test, which has no broker and no variables of the product
   */
  static Process start(Path output, Map<String, String> environment, String... arguments)
      throws IOException {
    return JavaLaunch.mainClass(Main.class)
        .options("-Ddeepspeech.root=" + Path.of("..").toAbsolutePath().normalize())
        .environment(environment)
        .start(output, arguments)
        .process();
  }
}
