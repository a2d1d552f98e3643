package deepspeech.speech.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parsed augmentation file. It is a JSON list of {@code {"type", "params", "prob"}} as in the
 * Python project, with an optional {@code "ramp"}, or the YAML file of its later versions.
 * Immutable.
 */
public final class AugmentationFile {
  private static final int MOST_EPOCHS = 1_000_000;
  private static final int LISTED = 20;

  private final String name;
  private final byte[] content;
  private final List<Entry> entries;
  private final List<String> warnings;

  private AugmentationFile(
      String name, byte[] content, List<Entry> entries, List<String> warnings) {
    this.name = name;
    this.content = content.clone();
    this.entries = List.copyOf(entries);
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Reads an augmentation file.
   *
   * @param content the whole file
   * @param name name of the file, for messages; the file is YAML if the name ends with {@code .yml}
   *     or {@code .yaml}
   * @throws DataFileException if the file is not such a list, or if an active entry has an unknown
   *     type or field, lacks a field, or has a value that is not allowed; the message is one line
   *     and lists the problems
   */
  public static AugmentationFile read(byte[] content, String name) throws DataFileException {
    List<Entry> entries = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (JsonNode node : AugmentationList.read(content, name)) {
      List<String> wrong = new ArrayList<>();
      List<String> idle = new ArrayList<>();
      Optional<Entry> entry = entry(entries.size() + 1, node, wrong, idle);
      if (entry.isPresent() && entry.get().isOff()) {
        idle = List.of(entry.get().at() + off(wrong));
        wrong = List.of();
      }
      entries.add(entry.orElseGet(() -> Entry.unreadable(entries.size() + 1)));
      complaints.addAll(wrong);
      warnings.addAll(idle);
    }
    if (!complaints.isEmpty()) {
      throw new DataFileException(
          name
              + ": "
              + String.join("; ", complaints.subList(0, Math.min(LISTED, complaints.size())))
              + (complaints.size() > LISTED
                  ? "; and %d more".formatted(complaints.size() - LISTED)
                  : ""));
    }
    return new AugmentationFile(
        name, content, entries, warnings.stream().map(line -> name + ": " + line).toList());
  }

  private static String off(List<String> wrong) {
    return "prob is 0, which turns it off"
        + (wrong.isEmpty() ? "" : "; if it were on, it would be refused: " + wrong.get(0));
  }

  /** Parses an entry. The result is empty if the entry or its type is unreadable. */
  private static Optional<Entry> entry(
      int number, JsonNode node, List<String> wrong, List<String> idle) {
    String place = "entry %d: ".formatted(number);
    if (!node.isObject()) {
      wrong.add(
          place + Fields.quote(node.toString()) + "; allowed: {\"type\", \"params\", \"prob\"}");
      return Optional.empty();
    }
    String type = new Fields(place, node, wrong, idle).text("type", PerturbationType.NAMES);
    if (!wrong.isEmpty()) {
      return Optional.empty();
    }
    String at = "entry %d (%s): ".formatted(number, Fields.quote(type));
    Fields fields = new Fields(at, node, wrong, idle);
    fields.has("type");
    fields.has("params");
    // Complaints about the parameters come after one about aug_type.
    List<String> wrongParams = new ArrayList<>();
    Optional<Perturbation> perturbation =
        PerturbationType.named(type)
            .map(known -> known.read(new Fields(at, node, wrongParams, idle).object("params")));
    if (perturbation.isEmpty()) {
      wrong.add(
          "%stype is \"%s\"; allowed: %s"
              .formatted(place, Fields.quote(type), PerturbationType.NAMES));
    }
    if (fields.has("aug_type") && perturbation.isPresent()) {
      augmentationType(perturbation.get(), fields, node);
    }
    wrong.addAll(wrongParams);
    double probability = fields.number("prob", 0, 1);
    Ramp ramp = fields.has("ramp") ? ramp(fields.object("ramp"), at, wrong) : Ramp.NONE;
    fields.refuseOthers();
    boolean isOff = node.path("prob").isNumber() && node.path("prob").doubleValue() == 0;
    return Optional.of(
        new Entry(
            number,
            type,
            isOff && !wrong.isEmpty() ? new Off() : perturbation.orElseGet(Off::new),
            isOff ? 0 : Math.max(probability, Double.MIN_VALUE),
            ramp));
  }

  /**
   * PPASR files state for each entry what it acts on. This is redundant, because the type
   * determines it, so it is only checked.
   */
  private static void augmentationType(Perturbation perturbation, Fields fields, JsonNode node) {
    String allowed = perturbation instanceof FeaturePerturbation ? "feature" : "audio";
    if (!node.get("aug_type").asText().equals(allowed)) {
      fields.wrong("aug_type", node.get("aug_type"), "\"" + allowed + "\"");
    }
  }

  private static Ramp ramp(Fields fields, String at, List<String> wrong) {
    int before = wrong.size();
    int from = fields.whole("from_epoch", 0, MOST_EPOCHS);
    int to = fields.whole("to_epoch", 1, MOST_EPOCHS);
    fields.refuseOthers();
    if (wrong.size() == before && to <= from) {
      wrong.add("%sto_epoch is %d; allowed: above from_epoch, which is %d".formatted(at, to, from));
    }
    return wrong.size() == before ? new Ramp(from, to) : Ramp.NONE;
  }

  /**
   * Resolves the manifests and folders of recordings that the file names. They may not exist.
   *
   * @return the locations, keyed by the path in the file
   * @throws DataFileException if a location is outside the dataset storage
   */
  public Map<String, Location> manifests(DataStorage storage) throws DataFileException {
    Map<String, Location> manifests = new TreeMap<>();
    for (Entry entry : entries) {
      Optional<String> path = entry.manifest();
      if (path.isPresent()) {
        Location file =
            storage
                .resolve(path.get())
                .orElseThrow(
                    () ->
                        new DataFileException(
                            "%s: %smanifest %s: lies outside the dataset root"
                                .formatted(name, entry.at(), Fields.quote(path.get()))));
        manifests.put(path.get(), file);
      }
    }
    return manifests;
  }

  /** The whole file; a copy. */
  public byte[] content() {
    return content.clone();
  }

  /** The warnings about entries that are off and about parameters without effect, one line each. */
  List<String> warnings() {
    return warnings;
  }

  String name() {
    return name;
  }

  List<Entry> entries() {
    return entries;
  }

  /**
   * An entry of the file.
   *
   * @param number number of the entry in the file, from 1
   * @param probability probability that an utterance is perturbed
   */
  record Entry(int number, String type, Perturbation perturbation, double probability, Ramp ramp) {
    static Entry unreadable(int number) {
      return new Entry(number, "", new Off(), 1, Ramp.NONE);
    }

    /** Returns the prefix of a message about the entry. */
    String at() {
      return "entry %d (%s): ".formatted(number, Fields.quote(type));
    }

    boolean isOff() {
      return probability == 0;
    }

    Optional<String> manifest() {
      return perturbation instanceof WaveformPerturbation waveform
          ? waveform.manifest()
          : Optional.empty();
    }
  }
}
