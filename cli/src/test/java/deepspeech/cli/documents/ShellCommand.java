package deepspeech.cli.documents;

import java.util.List;
import java.util.Optional;

/**
 * One command of a shell line.
 *
 * @param words the program and its arguments, without variables before it and redirections after it
 * @param input the command whose output this one reads through a pipe
 */
record ShellCommand(List<String> words, Optional<ShellCommand> input) {
  String program() {
    return words.get(0);
  }

  List<String> arguments() {
    return words.subList(1, words.size());
  }

  /** The value of an option that is written {@code -x VALUE}. */
  Optional<String> option(String name) {
    int index = words.indexOf(name);
    return index < 0 || index + 1 == words.size()
        ? Optional.empty()
        : Optional.of(words.get(index + 1));
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
