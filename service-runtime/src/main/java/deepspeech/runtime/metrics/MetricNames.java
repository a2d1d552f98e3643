package deepspeech.runtime.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of metrics and their labels. Each service lists in its {@code metrics.txt} the metrics
 * on which dashboards and alerts may rely, one line {@code name{label,label}} each. The tests of
 * the service compare the list with the metrics that it exposes.
 *
 * @param labels by name
 */
public record MetricNames(Map<String, Set<String>> labels) {
  /** Prefix of all metrics of this project. */
  public static final String OWN = "deepspeech_";

  private static final Pattern LISTED = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{([\\w,]*)})?");
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"(?:[^\"\\\\]|\\\\.)*\",?");

  /**
   * Reads a list.
   *
   * @throws IllegalArgumentException naming a line that is malformed
   */
  public static MetricNames listed(String text) {
    Map<String, Set<String>> labels = new TreeMap<>();
    lines(text)
        .forEach(
            line -> {
              Matcher matcher = LISTED.matcher(line);
              if (!matcher.matches()) {
                throw new IllegalArgumentException(
                    "%s: not of the form name{label,label}".formatted(line));
              }
              Set<String> of = labels.computeIfAbsent(matcher.group(1), name -> new TreeSet<>());
              if (matcher.group(2) != null) {
                of.addAll(Arrays.asList(matcher.group(2).split(",", -1)));
              }
            });
    return new MetricNames(labels);
  }

  /** Reads the metrics of {@code /q/metrics}, in Prometheus' text format. */
  public static MetricNames exposed(String text) {
    Map<String, Set<String>> labels = new TreeMap<>();
    lines(text)
        .map(SAMPLE::matcher)
        .filter(Matcher::matches)
        .forEach(
            sample -> {
              Set<String> of = labels.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
              Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
              while (label.find()) {
                of.add(label.group(1));
              }
            });
    return new MetricNames(labels);
  }

  private static Stream<String> lines(String text) {
    return text.lines().map(String::strip).filter(line -> !line.isEmpty() && line.charAt(0) != '#');
  }

  /** The union of these and other metrics. */
  public MetricNames and(MetricNames others) {
    Map<String, Set<String>> all = new TreeMap<>();
    Stream.of(this, others)
        .forEach(
            names ->
                names.labels.forEach(
                    (name, of) -> all.computeIfAbsent(name, n -> new TreeSet<>()).addAll(of)));
    return new MetricNames(all);
  }

  /**
   * The metrics whose name or any of whose labels is missing in the others, in the format of the
   * list.
   */
  public SortedSet<String> missingIn(MetricNames others) {
    SortedSet<String> missing = new TreeSet<>();
    labels.forEach(
        (name, of) -> {
          if (!others.labels.getOrDefault(name, Set.of()).containsAll(of)
              || !others.labels.containsKey(name)) {
            missing.add(of.isEmpty() ? name : name + "{" + String.join(",", of) + "}");
          }
        });
    return missing;
  }

  /** The metrics of this project only. */
  public MetricNames own() {
    Map<String, Set<String>> own = new TreeMap<>(labels);
    own.keySet().removeIf(name -> !name.startsWith(OWN));
    return new MetricNames(own);
  }
}
