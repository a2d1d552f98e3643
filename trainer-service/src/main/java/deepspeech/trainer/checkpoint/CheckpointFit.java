package deepspeech.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.Split;
import deepspeech.trainer.training.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Checks whether a configuration and a data set fit a checkpoint. Each error names the given value
 * and the value of the checkpoint.
 */
public final class CheckpointFit {
  private CheckpointFit() {}

  /**
   * Requires that the configured model has the same layers as the checkpoint, and that a newer
   * version has not trained the checkpoint with arguments that are unknown here.
   *
   * @throws InvalidMessageException naming each argument that differs, with both values, or the
   *     unknown arguments
   */
  public static void requireShape(TrainingState state, TrainingConfiguration configuration) {
    state.configuration().requireKnown();
    List<String> different = new ArrayList<>();
    compare(
        different,
        Argument.NUM_CONV_LAYERS,
        configuration.numConvLayers(),
        state.model().numConvLayers());
    compare(
        different,
        Argument.NUM_RNN_LAYERS,
        configuration.numRnnLayers(),
        state.model().numRnnLayers());
    compare(
        different,
        Argument.RNN_LAYER_SIZE,
        configuration.rnnLayerSize(),
        state.model().rnnLayerSize());
    if (!different.isEmpty()) {
      throw new InvalidMessageException(
          "%s, as in checkpoint %s".formatted(String.join("; ", different), name(state)));
    }
  }

  private static void compare(List<String> different, Argument argument, int given, int stored) {
    if (given != stored) {
      different.add("%s: %d given, allowed: %d".formatted(argument.argumentName(), given, stored));
    }
  }

  /**
   * Requires the arguments of a checkpoint inside an epoch, as far as they make other batches. The
   * files and the number of devices are not known yet: {@link #requireSameData} checks them.
   *
   * @throws InvalidMessageException naming each argument that differs, with both values
   */
  public static void requireSameBatches(TrainingState state, TrainingConfiguration configuration) {
    if (state.checkpoint().isEndOfEpoch()) {
      return;
    }
    List<String> different =
        differences(specification(configuration, 1), specification(state.configuration(), 1));
    if (!different.isEmpty()) {
      throw ofOtherBatches(state, different);
    }
  }

  /**
   * Requires that a run can resume with the optimiser state and the position of a checkpoint. The
   * vocabulary and the feature statistics must be equal. If the checkpoint lies inside an epoch,
   * the batches must be equal too.
   *
   * @throws InvalidMessageException naming the first difference, with both values
   */
  public static void requireSameData(
      LoadedCheckpoint checkpoint,
      DataSetDescription description,
      TrainingConfiguration configuration,
      int devices) {
    TrainingState state = checkpoint.state();
    requireVocabulary(checkpoint, description.vocabulary());
    String meanStd = description.hashes().get("mean_std");
    InvalidMessageException.require(
        meanStd.equals(state.hashes().get("mean_std")),
        Argument.MEAN_STD_PATH.argumentName(),
        "SHA-256 " + meanStd,
        "the file of checkpoint %s with SHA-256 %s, stored as %smean_std.npz"
            .formatted(checkpoint.name(), state.hashes().get("mean_std"), checkpoint.uri()));
    if (!state.checkpoint().isEndOfEpoch()
        && !state.fingerprint().equals(description.fingerprint())) {
      throw ofOtherBatches(state, differences(state, description, configuration, devices));
    }
  }

  private static InvalidMessageException ofOtherBatches(
      TrainingState state, List<String> different) {
    return new InvalidMessageException(
        "resume_model: \"%s\" given, a checkpoint inside an epoch of different batches: %s; allowed: the earlier values, or a checkpoint at the end of an epoch"
            .formatted(state.checkpoint(), String.join(", ", different)));
  }

  private static void requireVocabulary(LoadedCheckpoint checkpoint, List<String> given) {
    List<String> stored = checkpoint.vocabulary();
    if (given.equals(stored)) {
      return;
    }
    int line = 0;
    while (line < Math.min(given.size(), stored.size())
        && given.get(line).equals(stored.get(line))) {
      line++;
    }
    throw new InvalidMessageException(
        "vocab_path: %s given, allowed: as in checkpoint %s, %s; another vocabulary requires pretrained_model"
            .formatted(summary(given, line), checkpoint.name(), summary(stored, line)));
  }

  private static String summary(List<String> vocabulary, int line) {
    return line < vocabulary.size()
        ? "%d tokens with \"%s\" in line %d"
            .formatted(vocabulary.size(), vocabulary.get(line), line + 1)
        : "%d tokens and no line %d".formatted(vocabulary.size(), line + 1);
  }

  private static List<String> differences(
      TrainingState state,
      DataSetDescription description,
      TrainingConfiguration configuration,
      int devices) {
    List<String> different =
        differences(
            specification(configuration, devices),
            specification(state.configuration(), state.devices()));
    for (String file : new TreeSet<>(description.hashes().keySet())) {
      String before = state.hashes().get(file);
      if (!Objects.equals(description.hashes().get(file), before)) {
        different.add(
            "%s has SHA-256 %s, had %s".formatted(file, description.hashes().get(file), before));
      }
    }
    return different.isEmpty()
        ? List.of(
            "fingerprint is %s, was %s".formatted(description.fingerprint(), state.fingerprint()))
        : different;
  }

  private static List<String> differences(JsonNode now, JsonNode then) {
    List<String> different = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    now.fieldNames().forEachRemaining(names::add);
    then.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      if (!now.path(name).equals(then.path(name))) {
        different.add("%s is %s, was %s".formatted(name, text(now, name), text(then, name)));
      }
    }
    return different;
  }

  private static String text(JsonNode specification, String name) {
    return specification.path(name).asText("None");
  }

  private static JsonNode specification(TrainingConfiguration configuration, int devices) {
    DataSpecification data = configuration.data(Split.TRAIN, devices);
    return Json.toTree(data);
  }

  private static String name(TrainingState state) {
    return state.run() + "/" + state.checkpoint();
  }
}
