package deepspeech.testing.process;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What the tests start: does what its first argument says. */
final class SampleProgram {
  private SampleProgram() {}

  public static void main(String... arguments) throws Exception {
    switch (arguments[0]) {
      case "echo" -> {
        System.out.println(String.join("|", arguments));
        System.err.println("to the errors");
        System.exit(3);
      }
      case "where" -> {
        System.out.println(Path.of("").toAbsolutePath());
        System.out.println(Runtime.getRuntime().maxMemory());
      }
      case "environment" -> environment().forEach((name, value) -> print(name + "=" + value));
      case "launch" -> launchAnother(Path.of(arguments[1]));
      case "sleep" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> print("terminated")));
        print("started");
        TimeUnit.MINUTES.sleep(5);
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Starts a program that prints its environment. */
  private static void launchAnother(Path folder) throws Exception {
    try (JavaProcess launched =
        JavaLaunch.mainClass(SampleProgram.class)
            .start(folder.resolve("launched"), "environment")) {
      System.exit(launched.exitCode());
    }
  }

  private static Map<String, String> environment() {
    return new TreeMap<>(System.getenv());
  }

  private static void print(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
