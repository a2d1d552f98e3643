package deepspeech.messages.checkpoint;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.Split;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a checkpoint was trained with. On a CPU two checkpoints of one position have the same
 * weights if it is equal, the test files aside, and the run was trained so from its beginning. A
 * map of texts, in the event of the checkpoint and among the metadata of its {@code
 * checkpoint.json}:
 *
 * <ul>
 *   <li>{@code sha256.train.NAME} and {@code sha256.test.NAME}: of the files of a split, by the
 *       names of data-prep: {@code manifest}, {@code vocabulary}, {@code mean_std}, {@code
 *       augmentation} and, by their path, what the augmentation file names
 *   <li>{@code sha256.configuration}: of the arguments that weights depend on
 *   <li>{@code cpu.threads}, {@code cpu.capability} and {@code cpu.instructions}: see {@link
 *       CpuProvenance}
 *   <li>{@code code.version} and {@code code.commit}: what the trainer was built from
 *   <li>{@code resume_model} or {@code pretrained_model}: URI of the checkpoint of another run that
 *       the run began with, and {@code sha256.} of that: its weights
 * </ul>
 */
public record Provenance(@JsonValue Map<String, String> values) {
  /** Nothing is known, as of checkpoints from before it was recorded. */
  public static final Provenance NONE = new Provenance(Map.of());

  private static final String SHA256 = "sha256.";
  private static final String CONFIGURATION = "sha256.configuration";
  private static final String CODE_VERSION = "code.version";
  private static final String CODE_COMMIT = "code.commit";

  /** Arguments that another run may have otherwise, and still the same weights at a position. */
  private static final Set<Argument> WITHOUT_EFFECT =
      Collections.unmodifiableSet(
          EnumSet.of(
              Argument.CHECKPOINT_INTERVAL,
              // The number that was used stands here by itself.
              Argument.CPU_THREADS,
              Argument.LOG_INTERVAL,
              Argument.NUM_EPOCH,
              Argument.OUTPUT_MODEL_DIR,
              Argument.MAX_TEST_DURATION,
              Argument.TEST_MANIFEST,
              Argument.TEST_OFF,
              // What these name stands here by itself, and is kept when the run goes on.
              Argument.RESUME_MODEL,
              Argument.PRETRAINED_MODEL));

  @JsonCreator
  public Provenance {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * The provenance of what is trained from here on.
   *
   * @param train SHA-256 of the files of the training split, by data-prep's names
   * @param test the same of the test split; empty if there is no test
   */
  public static Provenance of(
      TrainingConfiguration configuration,
      Map<String, String> train,
      Map<String, String> test,
      CodeVersion code) {
    Map<String, String> values = new TreeMap<>();
    train.forEach((name, hash) -> values.put(prefix(Split.TRAIN) + name, hash));
    test.forEach((name, hash) -> values.put(prefix(Split.TEST) + name, hash));
    values.put(CONFIGURATION, hash(configuration));
    values.put(CODE_VERSION, code.version());
    values.put(CODE_COMMIT, code.revision());
    return new Provenance(values);
  }

  /** Finds it among the metadata of a {@code checkpoint.json}. */
  public static Provenance among(Map<String, String> metadata) {
    Map<String, String> values = new TreeMap<>(metadata);
    values.keySet().removeIf(name -> !isOfProvenance(name));
    return new Provenance(values);
  }

  private static boolean isOfProvenance(String name) {
    return name.startsWith(SHA256)
        || name.startsWith(CpuProvenance.PREFIX)
        || name.equals(CODE_VERSION)
        || name.equals(CODE_COMMIT)
        || name.equals(Argument.RESUME_MODEL.argumentName())
        || name.equals(Argument.PRETRAINED_MODEL.argumentName());
  }

  /**
   * The same of a run that begins with a checkpoint of another.
   *
   * @param argument {@code resume_model} or {@code pretrained_model}
   * @param uri of the checkpoint's folder
   * @param weights SHA-256 of its weights
   */
  public Provenance begunWith(Argument argument, String uri, String weights) {
    requireModel(argument);
    Map<String, String> more = new TreeMap<>(values);
    more.put(argument.argumentName(), uri);
    more.put(SHA256 + argument.argumentName(), weights);
    return new Provenance(more);
  }

  /** The same of a run that goes on from a checkpoint of its own, and began as that says. */
  public Provenance begunAs(Provenance own) {
    Map<String, String> more = new TreeMap<>(values);
    for (Argument argument : List.of(Argument.RESUME_MODEL, Argument.PRETRAINED_MODEL)) {
      own.model(argument).ifPresent(uri -> more.put(argument.argumentName(), uri));
      own.weights(argument).ifPresent(hash -> more.put(SHA256 + argument.argumentName(), hash));
    }
    return new Provenance(more);
  }

  /** The same of what is computed on a CPU. */
  public Provenance computedOn(CpuProvenance cpu) {
    Map<String, String> more = new TreeMap<>(values);
    more.putAll(cpu.values());
    return new Provenance(more);
  }

  /** How it was computed; empty if the checkpoint does not tell. */
  public Optional<CpuProvenance> cpu() {
    return CpuProvenance.among(values);
  }

  /** Whether nothing is known. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** SHA-256 of the files of a split, by data-prep's names. */
  public Map<String, String> files(Split split) {
    Map<String, String> files = new TreeMap<>();
    values.forEach(
        (name, hash) -> {
          if (name.startsWith(prefix(split))) {
            files.put(name.substring(prefix(split).length()), hash);
          }
        });
    return files;
  }

  /** SHA-256 of the arguments that weights depend on. */
  public Optional<String> configuration() {
    return Optional.ofNullable(values.get(CONFIGURATION));
  }

  /** The trainer's version and commit, such as {@code 0.1.0 (commit 1c9ad...-dirty)}. */
  public Optional<String> code() {
    return Optional.ofNullable(values.get(CODE_COMMIT))
        .map(commit -> "%s (commit %s)".formatted(values.get(CODE_VERSION), commit));
  }

  /** URI of the checkpoint of another run that the run began with. */
  public Optional<String> model(Argument argument) {
    requireModel(argument);
    return Optional.ofNullable(values.get(argument.argumentName()));
  }

  /** SHA-256 of the weights of that checkpoint. */
  public Optional<String> weights(Argument argument) {
    requireModel(argument);
    return Optional.ofNullable(values.get(SHA256 + argument.argumentName()));
  }

  private static void requireModel(Argument argument) {
    InvalidMessageException.require(
        argument == Argument.RESUME_MODEL || argument == Argument.PRETRAINED_MODEL,
        "argument",
        argument.argumentName(),
        "resume_model or pretrained_model");
  }

  private static String prefix(Split split) {
    return SHA256 + split + ".";
  }

  /**
   * Whether the hash of a configuration depends on an argument: another value gives other weights.
   */
  public static boolean determinesWeights(String argumentName) {
    return WITHOUT_EFFECT.stream()
        .noneMatch(argument -> argument.argumentName().equals(argumentName));
  }

  /** SHA-256 of the arguments of a configuration that weights depend on. */
  public static String hash(TrainingConfiguration configuration) {
    Map<String, Object> effective = configuration.asMap();
    effective.keySet().removeIf(name -> !determinesWeights(name));
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Json.write(effective)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
