package deepspeech.cli.documents;

import static deepspeech.cli.documents.CommandCheck.require;

import deepspeech.cli.build.Reactor;
import java.nio.file.Files;
import java.util.regex.Pattern;

/** {@code java …}: jars of modules, and main classes, that exist. */
final class JavaCheck implements CommandCheck {
  private static final Pattern JAR = Pattern.compile("([^: ]+)/target/[^: ]+");

  private final Reactor reactor;

  JavaCheck(Reactor reactor) {
    this.reactor = reactor;
  }

  @Override
  public boolean covers(ShellCommand command) {
    return command.program().equals("java");
  }

  @Override
  public void check(ShellCommand command) {
    for (String argument : command.arguments()) {
      JAR.matcher(argument)
          .results()
          .forEach(
              jar ->
                  require(
                      reactor.modules().contains(jar.group(1)),
                      "no module has the jar " + jar.group()));
      if (argument.startsWith("deepspeech.")) {
        String source = "src/main/java/" + argument.replace('.', '/') + ".java";
        require(
            reactor.modules().stream()
                .anyMatch(module -> Files.exists(Documents.ROOT.resolve(module).resolve(source))),
            "no class " + argument);
      }
    }
  }
}
