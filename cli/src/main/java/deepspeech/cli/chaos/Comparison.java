package deepspeech.cli.chaos;

import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares what a disturbed run published with what an undisturbed run of the same configuration
 * published.
 */
final class Comparison {
  /** Names of checkpoint files that contain neither the run's name nor a time. */
  private static final Pattern EQUAL_FILES =
      Pattern.compile(".*\\.safetensors|vocabulary\\.txt|mean_std\\.npz");

  /** Metrics that are measured and may differ. All others are determined by data and weights. */
  private static final Set<MetricName> MEASURED =
      Set.of(
          MetricName.ETA_SECONDS,
          MetricName.SAMPLES_PER_SECOND,
          MetricName.SHARE_COMPUTING,
          MetricName.SHARE_WAITING,
          MetricName.SHARE_CHECKPOINT,
          MetricName.LAG,
          MetricName.CHECKPOINT_BYTES,
          MetricName.CHECKPOINT_SECONDS);

  private final RunTrace undisturbed;
  private final RunTrace disturbed;

  Comparison(RunTrace undisturbed, RunTrace disturbed) {
    this.undisturbed = undisturbed;
    this.disturbed = disturbed;
  }

  List<ChaosCheck> checks() {
    return List.of(batchOrder(), finalWeights(), everyCheckpoint(), points(), evaluations());
  }

  /** Different batches, or the same batches in a different order, give different losses. */
  private ChaosCheck batchOrder() {
    Map<Key, List<Double>> expected = valuesOf(undisturbed, Set.of(MetricName.TRAIN_LOSS));
    Map<Key, List<Double>> found = valuesOf(disturbed, Set.of(MetricName.TRAIN_LOSS));
    return new ChaosCheck(
        "same batch order: the train loss is bit-identical at each of %d steps"
            .formatted(expected.size()),
        differences(expected, found));
  }

  private ChaosCheck finalWeights() {
    String expected = weights(undisturbed);
    String found = weights(disturbed);
    return new ChaosCheck(
        "same final weights: SHA-256 of model.safetensors is " + expected,
        expected.equals(found) ? List.of() : List.of("found " + found));
  }

  private static String weights(RunTrace trace) {
    return byCheckpoint(trace).entrySet().stream()
        .reduce((earlier, later) -> later)
        .map(
            last -> last.getKey() + " " + files(last.getValue().get(0)).get(CheckpointFile.WEIGHTS))
        .orElse("none");
  }

  private ChaosCheck everyCheckpoint() {
    Map<CheckpointId, List<CheckpointCommitted>> expected = byCheckpoint(undisturbed);
    Map<CheckpointId, List<CheckpointCommitted>> found = byCheckpoint(disturbed);
    List<String> findings = new ArrayList<>();
    for (CheckpointId id : union(expected.keySet(), found.keySet())) {
      List<CheckpointCommitted> one = expected.getOrDefault(id, List.of());
      List<CheckpointCommitted> other = found.getOrDefault(id, List.of());
      if (one.size() != 1 || other.size() != 1) {
        findings.add("%s: %d events, undisturbed run %d".formatted(id, other.size(), one.size()));
      } else if (!files(one.get(0)).equals(files(other.get(0)))
          || one.get(0).step() != other.get(0).step()) {
        findings.add(
            "%s: step %d, files %s".formatted(id, other.get(0).step(), files(other.get(0))));
      }
    }
    return new ChaosCheck(
        "same checkpoints: %d, each announced once, with bit-identical weights and optimiser"
            .formatted(expected.size()),
        findings);
  }

  private ChaosCheck points() {
    List<String> findings = new ArrayList<>();
    Map<Key, List<Double>> expected = valuesOf(undisturbed, Set.of(MetricName.values()));
    Map<Key, List<Double>> found = valuesOf(disturbed, Set.of(MetricName.values()));
    findings.addAll(differences(expected, found));
    return new ChaosCheck(
        "same metric points: %d, each published once, with equal values except for measured times, rates, sizes and lag"
            .formatted(expected.size()),
        findings);
  }

  private ChaosCheck evaluations() {
    List<String> findings = new ArrayList<>();
    Map<CheckpointId, List<Evaluation>> expected = byTested(undisturbed);
    Map<CheckpointId, List<Evaluation>> found = byTested(disturbed);
    for (CheckpointId id : union(byCheckpoint(undisturbed).keySet(), found.keySet())) {
      List<Evaluation> one = expected.getOrDefault(id, List.of());
      List<Evaluation> other = found.getOrDefault(id, List.of());
      if (one.size() != 1 || other.size() != 1) {
        findings.add(
            "%s: %d evaluations, undisturbed run %d".formatted(id, other.size(), one.size()));
      } else if (!Objects.equals(one.get(0).cer(), other.get(0).cer())) {
        findings.add(
            "%s: CER %s, undisturbed run %s".formatted(id, other.get(0).cer(), one.get(0).cer()));
      }
    }
    return new ChaosCheck(
        "same evaluations: %d, each published once, with equal CER".formatted(expected.size()),
        findings);
  }

  private static List<String> differences(
      Map<Key, List<Double>> expected, Map<Key, List<Double>> found) {
    List<String> findings = new ArrayList<>();
    for (Key key : union(expected.keySet(), found.keySet())) {
      List<Double> one = expected.getOrDefault(key, List.of());
      List<Double> other = found.getOrDefault(key, List.of());
      boolean once = one.size() == 1 && other.size() == 1;
      if (!once || !(MEASURED.contains(key.name()) || one.equals(other))) {
        findings.add("%s: %s, undisturbed run %s".formatted(key, other, one));
      }
    }
    return findings;
  }

  private static Map<Key, List<Double>> valuesOf(RunTrace trace, Set<MetricName> names) {
    Map<Key, List<Double>> values = new HashMap<>();
    for (MetricPoint point : trace.points()) {
      if (names.contains(point.name())) {
        values.computeIfAbsent(Key.of(point), key -> new ArrayList<>()).add(point.value());
      }
    }
    return values;
  }

  private static Map<CheckpointId, List<CheckpointCommitted>> byCheckpoint(RunTrace trace) {
    return trace.checkpoints().stream()
        .collect(
            Collectors.groupingBy(
                CheckpointCommitted::checkpoint, TreeMap::new, Collectors.toList()));
  }

  private static Map<CheckpointId, List<Evaluation>> byTested(RunTrace trace) {
    return trace.evaluations().stream()
        .collect(Collectors.groupingBy(Evaluation::checkpoint, TreeMap::new, Collectors.toList()));
  }

  private static Map<String, String> files(CheckpointCommitted event) {
    return event.files().stream()
        .filter(file -> EQUAL_FILES.matcher(file.name()).matches())
        .collect(
            Collectors.toMap(
                CheckpointFile::name, CheckpointFile::sha256, (one, other) -> one, TreeMap::new));
  }

  private static <K extends Comparable<K>> Set<K> union(Set<K> one, Set<K> other) {
    Set<K> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  private record Key(MetricName name, long step, String qualifier) implements Comparable<Key> {
    static Key of(MetricPoint point) {
      return new Key(point.name(), point.step(), qualifier(point));
    }

    /** Omits the run's name, which is part of the name of its feature topic. */
    private static String qualifier(MetricPoint point) {
      if (point.reason() != null) {
        return " " + point.reason();
      }
      return point.topic() == null
          ? ""
          : " of " + point.topic().replace("." + point.run() + ".", ".RUN.");
    }

    @Override
    public int compareTo(Key other) {
      int byStep = Long.compare(step, other.step);
      int byName = byStep == 0 ? name.compareTo(other.name) : byStep;
      return byName == 0 ? qualifier.compareTo(other.qualifier) : byName;
    }

    @Override
    public String toString() {
      return "%s%s at step %d".formatted(name, qualifier, step);
    }
  }
}
