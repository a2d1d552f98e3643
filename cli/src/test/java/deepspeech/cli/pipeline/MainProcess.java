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
   * Starts it. The programs that it starts get the JVM options that the build sets for tests.
   *
   * @param output gets what it prints
   * @param environment beside that of the test, whose broker and other variables of the product it
   *     does not get
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
