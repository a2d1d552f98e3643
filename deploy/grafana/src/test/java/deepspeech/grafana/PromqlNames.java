package deepspeech.grafana;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names. It knows as much of the language as the files of this folder use;
 * promtool checks the rest.
 *
 * @param metrics the labels that the selectors of each metric name
 * @param grouping the labels of {@code by}, {@code on} and their like
 */
record PromqlNames(Map<String, Set<String>> metrics, Set<String> grouping) {
  private static final Set<String> GROUPING =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "sum", "min", "max", "avg", "count");

  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:[^\"\\\\]|\\\\.)*\"" // a text
              + "|\\[[^]]*]" // a range
              + "|(?<name>[a-zA-Z_:][\\w:]*)(?:\\s*(?<open>[({]))?"
              + "|[0-9][\\w.]*" // a number
              + "|.",
          Pattern.DOTALL);

  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)\\s*(?:=~|!~|!=|=|,|$)");
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");

  static PromqlNames of(String expression) {
    PromqlNames names = new PromqlNames(new TreeMap<>(), new TreeSet<>());
    Matcher token = TOKEN.matcher(expression);
    int from = 0;
    while (from < expression.length() && token.find(from)) {
      from = token.end();
      String name = token.group("name");
      String open = token.group("open");
      if (name == null) {
        continue;
      }
      if ("{".equals(open)) {
        int end = end(expression, from, '}');
        names
            .metrics
            .computeIfAbsent(name, n -> new TreeSet<>())
            .addAll(labels(expression, from, end));
        from = end;
      } else if ("(".equals(open) && GROUPING.contains(name)) {
        int end = end(expression, from, ')');
        names.grouping.addAll(labels(expression, from, end));
        from = end;
      } else if (open == null && !OPERATORS.contains(name)) {
        names.metrics.computeIfAbsent(name, n -> new TreeSet<>());
      }
    }
    return names;
  }

  /** Behind the text that a closing bracket ends, brackets in texts apart. */
  private static int end(String expression, int from, char close) {
    boolean inText = false;
    for (int i = from; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '"') {
        inText = !inText;
      } else if (c == close && !inText) {
        return i;
      }
    }
    throw new IllegalArgumentException(expression + ": " + close + " is missing");
  }

  private static Set<String> labels(String expression, int from, int end) {
    Set<String> labels = new TreeSet<>();
    String inside = TEXT.matcher(expression.substring(from, end)).replaceAll("");
    Matcher label = LABEL.matcher(inside);
    while (label.find()) {
      labels.add(label.group(1));
    }
    return labels;
  }
}
