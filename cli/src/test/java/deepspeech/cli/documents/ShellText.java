package deepspeech.cli.documents;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits shell text into its commands, as far as the documents use the shell: quotes, comments,
 * continued lines, variables before a command, pipes, lists and redirections.
 */
final class ShellText {
  private static final String ASSIGNMENT = "[A-Za-z_]\\w*=.*";

  private final String text;
  private final List<ShellCommand> commands = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private StringBuilder word;
  private Optional<ShellCommand> piped = Optional.empty();
  private boolean skipsWord;
  private int at;

  private ShellText(String text) {
    this.text = text;
  }

  static List<ShellCommand> commands(String text) {
    ShellText shell = new ShellText(text);
    shell.read();
    return shell.commands;
  }

  private void read() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case ' ', '\t' -> endWord();
        case '\'', '"' -> quoted(c);
        case '\\' -> escaped();
        case '#' -> commentOrWord();
        case '\n', ';', '&' -> endCommand();
        case '|' -> pipe();
        case '<', '>' -> redirect();
        default -> add(c);
      }
    }
    endCommand();
  }

  private void add(char c) {
    word = word == null ? new StringBuilder() : word;
    word.append(c);
  }

  private void quoted(char quote) {
    word = word == null ? new StringBuilder() : word;
    int end = text.indexOf(quote, at);
    if (end < 0) {
      throw new IllegalArgumentException("a quote is not closed: " + text);
    }
    word.append(text, at, end);
    at = end + 1;
  }

  private void escaped() {
    char next = text.charAt(at++);
    if (next != '\n') {
      add(next);
    }
  }

  private void commentOrWord() {
    if (word != null) {
      add('#');
      return;
    }
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  /** A pipe may end a line: the command after it follows on the next. */
  private void pipe() {
    endCommand();
    piped = Optional.of(commands.get(commands.size() - 1));
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private void redirect() {
    // In 2>file the number belongs to the redirection.
    if (word != null && word.toString().matches("\\d")) {
      word = null;
    }
    endWord();
    skipsWord = true;
  }

  private void endWord() {
    if (word == null) {
      return;
    }
    String ended = word.toString();
    word = null;
    if (skipsWord) {
      skipsWord = false;
    } else if (!words.isEmpty() || !ended.matches(ASSIGNMENT)) {
      words.add(ended);
    }
  }

  private void endCommand() {
    endWord();
    if (!words.isEmpty()) {
      commands.add(new ShellCommand(List.copyOf(words), piped));
      words = new ArrayList<>();
      piped = Optional.empty();
    }
  }
}
