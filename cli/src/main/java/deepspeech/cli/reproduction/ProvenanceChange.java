package deepspeech.cli.reproduction;

import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file, a model or a code version that has changed since a run was trained with it.
 *
 * @param name such as {@code train_manifest manifest.train}
 * @param was SHA-256 or version before; null if it did not exist
 * @param is SHA-256 or version now; null if it does not exist
 */
public record ProvenanceChange(String name, String was, String is) {
  private static final Map<String, Argument> ARGUMENTS =
      Map.of(
          "manifest", Argument.TRAIN_MANIFEST,
          "vocabulary", Argument.VOCAB_PATH,
          "mean_std", Argument.MEAN_STD_PATH,
          "augmentation", Argument.AUGMENT_CONF_PATH);

  /** The files of a split that differ, in the order of their names. */
  static List<ProvenanceChange> ofFiles(Provenance before, Provenance now, Split split) {
    Map<String, String> was = before.files(split);
    Map<String, String> is = now.files(split);
    Set<String> names = new TreeSet<>(was.keySet());
    names.addAll(is.keySet());
    List<ProvenanceChange> changes = new ArrayList<>();
    for (String name : names) {
      if (!Objects.equals(was.get(name), is.get(name))) {
        changes.add(new ProvenanceChange(name, was.get(name), is.get(name)));
      }
    }
    return changes;
  }

  /**
   * The changes that lead to different weights: those of the training split's files.
   *
   * @param configuration gives the names of the files
   */
  public static List<ProvenanceChange> ofWeights(
      Provenance before, Provenance now, TrainingConfiguration configuration) {
    return ofFiles(before, now, Split.TRAIN).stream()
        .map(change -> change.in(configuration))
        .toList();
  }

  private ProvenanceChange in(TrainingConfiguration configuration) {
    return Optional.ofNullable(ARGUMENTS.get(name))
        .map(Argument::argumentName)
        .map(argument -> argument + " " + configuration.asMap().get(argument))
        .map(named -> new ProvenanceChange(named, was, is))
        .orElse(this);
  }

  /**
   * The changes that may lead to different weights (the code version) or that affect only the test
   * results (the test manifest).
   */
  public static List<ProvenanceChange> besides(Provenance before, Provenance now) {
    List<ProvenanceChange> changes = new ArrayList<>();
    if (!before.files(Split.TEST).isEmpty() && !now.files(Split.TEST).isEmpty()) {
      ofFiles(before, now, Split.TEST).stream()
          .filter(change -> change.name().equals("manifest"))
          .map(change -> new ProvenanceChange("test manifest", change.was(), change.is()))
          .forEach(changes::add);
    }
    if (!before.code().equals(now.code())) {
      changes.add(
          new ProvenanceChange(
              "code version", before.code().orElse(null), now.code().orElse(null)));
    }
    return changes;
  }

  /** Name and both values. */
  @Override
  public String toString() {
    return "%s (was %s, is %s)".formatted(name, shown(was), shown(is));
  }

  private static String shown(String value) {
    return value == null ? "missing" : value;
  }
}
