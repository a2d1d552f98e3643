package deepspeech.cli.documents;

import static deepspeech.cli.documents.CommandCheck.require;

import deepspeech.cli.build.Reactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code mvn …}: modules, phases, properties, tests and tags that exist. */
final class MavenCheck implements CommandCheck {
  private static final Set<String> GOALS =
      Set.of(
          "clean",
          "compile",
          "test-compile",
          "test",
          "package",
          "verify",
          "install",
          "spotless:apply",
          "spotless:check");
  private static final Set<String> OPTIONS = Set.of("-am", "-o", "-q", "-B", "-ntp", "-T1", "-T1C");
  private static final Set<String> PROPERTIES =
      Set.of(
          "skipTests",
          "skipITs",
          "maven.test.skip",
          "surefire.failIfNoSpecifiedTests",
          "failsafe.failIfNoSpecifiedTests",
          // Of ThreeBrokersIT.
          "outage.seconds",
          "pipeline.epochs",
          "unlimited");
  private static final Set<String> TAGS = Set.of("integration", "browser", "chaos");
  private static final Set<String> NO_TEST = Set.of("none", "NoTest");

  private final Reactor reactor;

  MavenCheck(Reactor reactor) {
    this.reactor = reactor;
  }

  @Override
  public boolean covers(ShellCommand command) {
    return command.program().equals("mvn");
  }

  @Override
  public void check(ShellCommand command) throws IOException {
    List<String> modules =
        command.option("-pl").map(list -> List.of(list.split(","))).orElse(List.of());
    require(reactor.modules().containsAll(modules), "no such module among " + modules);
    Collection<String> built = modules;
    if (modules.isEmpty()) {
      built = reactor.modules();
    } else if (command.words().contains("-am")) {
      built = reactor.builtFor(modules);
    }
    List<String> arguments = new ArrayList<>(command.arguments());
    if (!modules.isEmpty()) {
      int option = arguments.indexOf("-pl");
      arguments.subList(option, option + 2).clear();
    }
    for (String argument : arguments) {
      if (argument.startsWith("-D")) {
        checkProperty(argument.substring(2).split("=", 2), built);
      } else if (argument.startsWith("-")) {
        require(OPTIONS.contains(argument), "unknown option " + argument);
      } else {
        require(GOALS.contains(argument), "unknown phase or goal " + argument);
      }
    }
  }

  private static void checkProperty(String[] property, Collection<String> modules)
      throws IOException {
    switch (property[0]) {
      case "test", "it.test" -> checkTests(property[1], modules);
      case "groups", "excludedGroups" ->
          require(
              TAGS.containsAll(List.of(property[1].split(","))), "unknown tag in " + property[1]);
      default -> require(PROPERTIES.contains(property[0]), "unknown property " + property[0]);
    }
  }

  private static void checkTests(String patterns, Collection<String> modules) throws IOException {
    for (String pattern : List.of(patterns.split(","))) {
      if (!NO_TEST.contains(pattern)) {
        String[] parts = pattern.replaceFirst("^!", "").split("#", 2);
        String method = parts.length == 1 ? "" : parts[1];
        require(
            isTest(parts[0] + ".java", method, modules), "no test " + pattern + " in " + modules);
      }
    }
  }

  private static boolean isTest(String file, String method, Collection<String> modules)
      throws IOException {
    Pattern name = wildcard(file);
    Pattern declaration = Pattern.compile("void " + wildcard(method).pattern() + "\\(");
    for (String module : modules) {
      Path tests = Documents.ROOT.resolve(module).resolve("src/test/java");
      if (Files.isDirectory(tests)) {
        try (Stream<Path> files = Files.walk(tests)) {
          for (Path found : files.filter(Files::isRegularFile).toList()) {
            if (name.matcher(found.getFileName().toString()).matches()
                && (method.isEmpty() || declaration.matcher(Files.readString(found)).find())) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  private static Pattern wildcard(String text) {
    return Pattern.compile(text.replace(".", "\\.").replace("*", "\\w*"));
  }
}
