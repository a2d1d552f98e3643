package deepspeech.dataprep.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.dataprep.DataFileException;
import deepspeech.dataprep.FileKind;
import deepspeech.dataprep.features.FeatureShape;
import deepspeech.dataprep.storage.DataStorage;
import deepspeech.dataprep.storage.Location;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSpecification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The augmentation file as it stands: a JSON list of {@code {"type", "params", "prob"}} as in the
 * seed, with an optional {@code "ramp"}. Immutable.
 */
public final class AugmentationFile {
  private static final double MOST_DECIBELS = 100;
  private static final double MOST_SHIFT_MS = 1000 * DataSpecification.LONGEST_UTTERANCE_SECONDS;
  private static final int MOST_FRAMES = 3000;
  private static final int MOST_MASKS = 1000;
  private static final int MOST_EPOCHS = 1_000_000;
  private static final String TYPES = "impulse, noise, resample, shift, specaug, speed, volume";
  private static final String A_PATH = "the path of a manifest";

  private final String name;
  private final byte[] content;
  private final List<Entry> entries;

  private AugmentationFile(String name, byte[] content, List<Entry> entries) {
    this.name = name;
    this.content = content.clone();
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads an augmentation file.
   *
   * @param content the whole file
   * @param name of the file, for messages
   * @throws DataFileException if it is not such a list, or if an entry has an unknown type or
   *     field, lacks one, or has a value that is not allowed
   */
  public static AugmentationFile read(byte[] content, String name) throws DataFileException {
    Optional<FileKind> kind = FileKind.insteadOfText(content);
    if (kind.isPresent()) {
      throw new DataFileException("%s: it is %s".formatted(name, kind.get()));
    }
    JsonNode list;
    try {
      list = Json.readTree(content);
    } catch (InvalidMessageException e) {
      throw new DataFileException(
          "%s: %s; allowed: a JSON list of {\"type\", \"params\", \"prob\"}"
              .formatted(name, e.getMessage()),
          e);
    }
    if (!list.isArray()) {
      throw new DataFileException(
          "%s: %s; allowed: a JSON list of {\"type\", \"params\", \"prob\"}"
              .formatted(name, Fields.quote(list.toString())));
    }
    List<Entry> entries = new ArrayList<>();
    for (JsonNode node : list) {
      entries.add(entry(entries.size() + 1, node, name));
    }
    return new AugmentationFile(name, content, entries);
  }

  private static Entry entry(int number, JsonNode node, String name) throws DataFileException {
    String place = "%s: entry %d".formatted(name, number);
    if (!node.isObject()) {
      throw new DataFileException(
          "%s: %s; allowed: {\"type\", \"params\", \"prob\"}"
              .formatted(place, Fields.quote(node.toString())));
    }
    String type = new Fields(place + ": ", node).text("type", TYPES);
    String at = "%s (%s): ".formatted(place, Fields.quote(type));
    Fields fields = new Fields(at, node);
    fields.has("type");
    Fields params = fields.object("params");
    Perturbation perturbation = perturbation(type, params, place);
    params.refuseOthers();
    double probability = fields.number("prob", 0, 1);
    Ramp ramp = fields.has("ramp") ? ramp(fields.object("ramp"), at) : Ramp.NONE;
    fields.refuseOthers();
    return new Entry(number, type, perturbation, probability, ramp);
  }

  private static Perturbation perturbation(String type, Fields params, String place)
      throws DataFileException {
    return switch (type) {
      case "noise" ->
          new Noise(
              params.range("min_snr_dB", "max_snr_dB", -MOST_DECIBELS, MOST_DECIBELS),
              params.text("noise_manifest_path", A_PATH));
      case "speed" -> new Speed(params.range("min_speed_rate", "max_speed_rate", 0.9, 1.1));
      case "shift" ->
          new Shift(params.range("min_shift_ms", "max_shift_ms", -MOST_SHIFT_MS, MOST_SHIFT_MS));
      case "volume" ->
          new Volume(params.range("min_gain_dBFS", "max_gain_dBFS", -MOST_DECIBELS, MOST_DECIBELS));
      case "resample" -> new Resample(params.whole("new_sample_rate", 1000, 48_000));
      case "impulse" -> new Impulse(params.text("impulse_manifest_path", A_PATH));
      case "specaug" ->
          new SpecAugment(
              params.whole("F", 0, FeatureShape.BINS),
              params.whole("T", 0, MOST_FRAMES),
              params.whole("n_freq_masks", 0, MOST_MASKS),
              params.whole("n_time_masks", 0, MOST_MASKS),
              params.number("p", 0, 1, 1),
              params.whole("W", 0, MOST_FRAMES, 40),
              params.number("adaptive_number_ratio", 0, 1, 0),
              params.number("adaptive_size_ratio", 0, 1, 0),
              params.whole("max_n_time_masks", 0, MOST_MASKS, 20));
      default ->
          throw new DataFileException(
              "%s: type is \"%s\"; allowed: %s".formatted(place, Fields.quote(type), TYPES));
    };
  }

  private static Ramp ramp(Fields fields, String at) throws DataFileException {
    int from = fields.whole("from_epoch", 0, MOST_EPOCHS);
    int to = fields.whole("to_epoch", 1, MOST_EPOCHS);
    fields.refuseOthers();
    if (to <= from) {
      throw new DataFileException(
          "%sto_epoch is %d; allowed: above from_epoch, which is %d".formatted(at, to, from));
    }
    return new Ramp(from, to);
  }

  /**
   * Finds the manifests that it names, whether or not they exist.
   *
   * @return by the path that the file gives
   * @throws DataFileException if one lies outside the dataset storage
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
                            "%smanifest %s: lies outside the dataset root"
                                .formatted(entry.at(name), Fields.quote(path.get()))));
        manifests.put(path.get(), file);
      }
    }
    return manifests;
  }

  /** The whole file; a copy. */
  public byte[] content() {
    return content.clone();
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
   * @param number from 1
   * @param probability of each utterance to be perturbed
   */
  record Entry(int number, String type, Perturbation perturbation, double probability, Ramp ramp) {
    /** Begins a message about the entry. */
    String at(String file) {
      return "%s: entry %d (%s): ".formatted(file, number, type);
    }

    Optional<String> manifest() {
      return perturbation instanceof WaveformPerturbation waveform
          ? waveform.manifest()
          : Optional.empty();
    }
  }
}
