package deepspeech.cli.documents;

import static deepspeech.cli.documents.CommandCheck.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A script of the repository by its path: it exists, is executable and knows its first argument.
 */
final class ScriptCheck implements CommandCheck {
  @Override
  public boolean covers(ShellCommand command) {
    return command.program().contains("/") && !command.program().startsWith("/");
  }

  @Override
  public void check(ShellCommand command) throws IOException {
    Path script = Documents.ROOT.resolve(command.program());
    require(Files.isExecutable(script), "no script " + command.program());
    List<String> arguments = command.arguments();
    if (!arguments.isEmpty() && !arguments.get(0).startsWith("-")) {
      require(
          Files.readString(script).contains(arguments.get(0)),
          "the script knows no " + arguments.get(0));
    }
  }
}
