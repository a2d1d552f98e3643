package deepspeech.cli.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A class with a {@code main} of the test class path as a child process. */
final class TestProgram {
  /** Built by the package phase. */
  private static final Path PARENT_WATCH =
      Path.of("target", "deepspeech-parent-watch.jar").toAbsolutePath();

  private TestProgram() {}

  static JavaProgram of(Class<?> main, String... arguments) {
    List<String> target = new ArrayList<>();
    target.add("-cp");
    target.add(System.getProperty("java.class.path"));
    target.add(main.getName());
    target.addAll(Arrays.asList(arguments));
    return new JavaProgram(
        "child", List.of("-Xmx64m", "-XX:TieredStopAtLevel=1"), target, Map.of(), PARENT_WATCH);
  }
}
