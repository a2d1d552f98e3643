package deepspeech.messages.checkpoint;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.ScheduleType;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.Split;
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
 * The data, configuration and code that a checkpoint was trained with. On a CPU, two checkpoints at
 * the same position have the same weights if their provenances are equal, apart from the test
 * files, and the runs were trained with these from their beginning. It is a map of texts, in the
 * event of the checkpoint and in the metadata of its {@code checkpoint.json}:
 *
 * <ul>
 *   <li>{@code sha256.train.NAME} and {@code sha256.test.NAME}: hashes of the files of a split.
 *       NAME is data-prep's name, {@code manifest}, {@code vocabulary}, {@code mean_std} or {@code
 *       augmentation}, or the path of a file that the augmentation file names
 *   <li>{@code sha256.configuration}: hash of the arguments on which the weights depend
 *   <li>{@code cpu.threads}, {@code cpu.capability} and {@code cpu.instructions}: see {@link
 *       CpuProvenance}
 *   <li>{@code code.version} and {@code code.commit}: the code from which the trainer was built
 *   <li>{@code resume_model} or {@code pretrained_model}: URI of the checkpoint of another run from
 *       which the run started; under the same name with the prefix {@code sha256.} the hash of the
 *       weights that it took from there
 * </ul>
 */
public record Provenance(@JsonValue Map<String, String> values) {
  /** No provenance, as for checkpoints from before it was recorded. */
  public static final Provenance NONE = new Provenance(Map.of());

  private static final String SHA256 = "sha256.";
  private static final String CONFIGURATION = "sha256.configuration";
  private static final String CODE_VERSION = "code.version";
  private static final String CODE_COMMIT = "code.commit";

  /** Arguments that do not change the weights at a position. */
  private static final Set<Argument> WITHOUT_EFFECT =
      Collections.unmodifiableSet(
          EnumSet.of(
              Argument.CHECKPOINT_INTERVAL,
              // The number of threads in use is recorded separately.
              Argument.CPU_THREADS,
              // Like the number of epochs, these decide where a run ends.
              Argument.EARLY_STOP_EPOCH,
              Argument.EARLY_STOP_PATIENCE,
              Argument.LOG_INTERVAL,
              Argument.NUM_EPOCH,
              Argument.OUTPUT_MODEL_DIR,
              Argument.MAX_TEST_DURATION,
              Argument.TEST_MANIFEST,
              Argument.TEST_OFF,
              // The referenced checkpoints are recorded separately, and retained when the run
              // resumes.
              Argument.RESUME_MODEL,
              Argument.PRETRAINED_MODEL));

  /** Arguments on which test results depend, and by them the learning rate of one schedule. */
  private static final Set<Argument> OF_TEST =
      Collections.unmodifiableSet(EnumSet.of(Argument.MAX_TEST_DURATION, Argument.TEST_MANIFEST));

  @JsonCreator
  public Provenance {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * The provenance of checkpoints trained from here on.
   *
   * @param train SHA-256 of the files of the training split, by data-prep's names
   * @param test SHA-256 of the files of the test split, by data-prep's names; empty if there is no
   *     test
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

  /** Extracts it from the metadata of a {@code checkpoint.json}. */
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
   * This provenance for a run that starts from a checkpoint of another run.
   *
   * @param argument {@code resume_model} or {@code pretrained_model}
   * @param uri of the checkpoint's folder
   * @param weights SHA-256 of the weights that the run takes from it
   */
  public Provenance begunWith(Argument argument, String uri, String weights) {
    requireModel(argument);
    Map<String, String> more = new TreeMap<>(values);
    more.put(argument.argumentName(), uri);
    more.put(SHA256 + argument.argumentName(), weights);
    return new Provenance(more);
  }

  /**
   * This provenance for a run that resumes from its own checkpoint.
   *
   * @param own provenance of that checkpoint, which says from which model the run started
   */
  public Provenance begunAs(Provenance own) {
    Map<String, String> more = new TreeMap<>(values);
    for (Argument argument : List.of(Argument.RESUME_MODEL, Argument.PRETRAINED_MODEL)) {
      own.model(argument).ifPresent(uri -> more.put(argument.argumentName(), uri));
      own.weights(argument).ifPresent(hash -> more.put(SHA256 + argument.argumentName(), hash));
    }
    return new Provenance(more);
  }

  /** This provenance for a computation on a CPU. */
  public Provenance computedOn(CpuProvenance cpu) {
    Map<String, String> more = new TreeMap<>(values);
    more.putAll(cpu.values());
    return new Provenance(more);
  }

  /** The CPU provenance; empty if the checkpoint does not record it. */
  public Optional<CpuProvenance> cpu() {
    return CpuProvenance.among(values);
  }

  /** True if no provenance is known. */
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

  /** SHA-256 of the arguments on which the weights depend. */
  public Optional<String> configuration() {
    return Optional.ofNullable(values.get(CONFIGURATION));
  }

  /** The trainer's version and commit, such as {@code 0.1.0 (commit 1c9ad...-dirty)}. */
  public Optional<String> code() {
    return Optional.ofNullable(values.get(CODE_COMMIT))
        .map(commit -> "%s (commit %s)".formatted(values.get(CODE_VERSION), commit));
  }

  /**
   * URI of the checkpoint of another run from which the run started.
   *
   * @param argument {@code resume_model} or {@code pretrained_model}
   */
  public Optional<String> model(Argument argument) {
    requireModel(argument);
    return Optional.ofNullable(values.get(argument.argumentName()));
  }

  /**
   * SHA-256 of the weights of the checkpoint of {@link #model}.
   *
   * @param argument {@code resume_model} or {@code pretrained_model}
   */
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
   * True if another value of the argument gives other weights. Then the hash of the configuration
   * depends on it.
   *
   * @param configuration has a value of the argument
   */
  public static boolean determinesWeights(
      String argumentName, TrainingConfiguration configuration) {
    return WITHOUT_EFFECT.stream()
            .noneMatch(argument -> argument.argumentName().equals(argumentName))
        || (configuration.schedule().type() == ScheduleType.PLATEAU
            && OF_TEST.stream().anyMatch(argument -> argument.argumentName().equals(argumentName)));
  }

  /** SHA-256 of a configuration's arguments on which the weights depend. */
  public static String hash(TrainingConfiguration configuration) {
    Map<String, Object> effective = configuration.written();
    effective.keySet().removeIf(name -> !determinesWeights(name, configuration));
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Json.write(effective)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
