package deepspeech.cli.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The environment variables that the main sources of some modules name. They are found in the text
 * of the sources, because this module does not depend on the services.
 */
final class VariablesOfCode {
  private static final Pattern NAME =
      Pattern.compile("\"((?:DEEPSPEECH|KAFKA|OTEL|QUARKUS)_[A-Z0-9_]*[A-Z0-9])\"");

  /** The variables of an S3 server have a common prefix. */
  private static final Pattern OF_SERVER =
      Pattern.compile("(?:VARIABLES|variables)\\s*\\+\\s*(\"?[A-Z_]+\"?)");

  private static final Pattern NUMBER =
      Pattern.compile(
          "\\benvironment\\s*\\.number\\(\\s*(\"?\\w+\"?),\\s*([-\\w. +]+)"
              + ",\\s*([-\\w.]+),\\s*([\\w.]+)\\s*\\)");
  private static final Pattern TEXT =
      Pattern.compile(
          "\\benvironment\\s*\\.text\\(\\s*(\"?\\w+\"?),\\s*(\"[^\"]+\"|[A-Z_]+)\\s*\\)");

  private final List<String> sources;

  private VariablesOfCode(List<String> sources) {
    this.sources = sources;
  }

  /**
   * A whole number that a variable gives.
   *
   * @param standard empty if it is computed
   * @param to empty if there is no upper limit
   */
  record NumberVariable(String name, Optional<Integer> standard, int from, Optional<Integer> to) {}

  /** A text that a variable gives, with its default. */
  record TextVariable(String name, String standard) {}

  static VariablesOfCode of(List<Path> modules) {
    List<String> sources = new ArrayList<>();
    for (Path module : modules) {
      try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.add(Files.readString(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(module + " cannot be read", e);
      }
    }
    return new VariablesOfCode(sources);
  }

  Set<String> names() {
    Set<String> names = new TreeSet<>();
    for (String source : sources) {
      NAME.matcher(source).results().forEach(match -> names.add(match.group(1)));
      OF_SERVER
          .matcher(source)
          .results()
          .forEach(match -> names.add("DEEPSPEECH_S3_" + text(source, match.group(1))));
    }
    return names;
  }

  List<NumberVariable> numbers() {
    List<NumberVariable> numbers = new ArrayList<>();
    for (String source : sources) {
      for (MatchResult match : NUMBER.matcher(source).results().toList()) {
        numbers.add(
            new NumberVariable(
                text(source, match.group(1)),
                number(source, match.group(2)),
                number(source, match.group(3)).orElseThrow(),
                number(source, match.group(4))));
      }
    }
    return numbers;
  }

  List<TextVariable> texts() {
    List<TextVariable> texts = new ArrayList<>();
    for (String source : sources) {
      for (MatchResult match : TEXT.matcher(source).results().toList()) {
        texts.add(new TextVariable(text(source, match.group(1)), text(source, match.group(2))));
      }
    }
    return texts;
  }

  /** The value of a string literal, or of a constant of the same source. */
  private static String text(String source, String expression) {
    if (expression.startsWith("\"")) {
      return expression.substring(1, expression.length() - 1);
    }
    return constant(source, expression, "\"([^\"]*)\"").orElseThrow();
  }

  /** The value of a number or of a constant of the same source; empty for another expression. */
  private static Optional<Integer> number(String source, String expression) {
    String digits =
        expression.matches("-?[\\d_]+")
            ? expression
            : constant(source, expression, "([\\d_]+)").orElse("");
    return Optional.of(digits.replace("_", ""))
        .filter(text -> !text.isEmpty())
        .map(Integer::valueOf);
  }

  private static Optional<String> constant(String source, String name, String value) {
    Matcher matcher =
        Pattern.compile("\\b%s = %s;".formatted(Pattern.quote(name), value)).matcher(source);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
