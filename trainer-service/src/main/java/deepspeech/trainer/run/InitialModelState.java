package deepspeech.trainer.run;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.FrozenLayers;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.ModelState;
import deepspeech.acoustic.model.StepSettings;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.acoustic.model.VocabularyMapping;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.tensor.Tensor;
import deepspeech.trainer.checkpoint.EpochWeights;
import deepspeech.trainer.checkpoint.LoadedCheckpoint;
import deepspeech.trainer.checkpoint.RecoveredCheckpoint;
import deepspeech.trainer.training.TrainingRecipe;
import deepspeech.trainer.training.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state with which the training of a run starts.
 *
 * @param model the state of a trained model, without an optimiser to begin with a fresh one; empty
 *     for a new model
 * @param epochs the weights at the ends of earlier epochs, for their average
 * @param resumed the state to resume from; empty to start with the first epoch
 * @param recovered the run's own newest checkpoint, after its trainer disappeared; empty if a
 *     command started the run here
 * @param begun the provenance that names the model of another run with which this run began
 * @param warnings warnings for the owner of the run, one line each
 * @param report how the vocabulary changed, as a block of lines; empty if it is unchanged
 */
record InitialModelState(
    Optional<ModelState> model,
    EpochWeights epochs,
    Optional<TrainingState> resumed,
    Optional<RecoveredCheckpoint> recovered,
    Provenance begun,
    List<String> warnings,
    Optional<String> report) {
  private static final int TOKENS_IN_REPORT = 40;
  private static final int TOKENS_IN_WARNING = 10;

  /** Returns the state for a new model. */
  static InitialModelState fresh() {
    return new InitialModelState(
        Optional.empty(),
        EpochWeights.NONE,
        Optional.empty(),
        Optional.empty(),
        Provenance.NONE,
        List.of(),
        Optional.empty());
  }

  /**
   * Starts with the model, the optimiser state and the position of a checkpoint, of this run or of
   * another.
   */
  static InitialModelState resuming(
      LoadedCheckpoint checkpoint, RunId run, TrainingConfiguration configuration) {
    Provenance begun =
        checkpoint.state().run().equals(run)
            ? checkpoint.provenance()
            : Provenance.NONE.begunWith(
                Argument.RESUME_MODEL, checkpoint.uri(), checkpoint.weightsHash());
    return of(checkpoint, Optional.empty(), begun, configuration);
  }

  /** Starts with the run's own newest checkpoint, after its trainer disappeared. */
  static InitialModelState recovering(
      LoadedCheckpoint checkpoint, TrainingConfiguration configuration) {
    return of(
        checkpoint,
        Optional.of(new RecoveredCheckpoint(checkpoint.stored(), checkpoint.state())),
        checkpoint.provenance(),
        configuration);
  }

  private static InitialModelState of(
      LoadedCheckpoint checkpoint,
      Optional<RecoveredCheckpoint> recovered,
      Provenance begun,
      TrainingConfiguration configuration) {
    return new InitialModelState(
        Optional.of(checkpoint.model()),
        checkpoint.epochs(),
        Optional.of(checkpoint.state()),
        recovered,
        begun,
        Stream.of(
                TrainingRecipe.changesSince(checkpoint.state()),
                AverageChange.since(checkpoint, configuration))
            .flatMap(Optional::stream)
            .toList(),
        Optional.empty());
  }

  /** Returns a copy with additional warnings for the owner of the run, one line each. */
  InitialModelState warning(List<String> more) {
    return new InitialModelState(
        model,
        epochs,
        resumed,
        recovered,
        begun,
        Stream.concat(more.stream(), warnings.stream()).toList(),
        report);
  }

  /**
   * Starts with the weights of a checkpoint that {@code model.onnx} is made of, which were tested,
   * and with a fresh optimiser. If the vocabulary has changed, the output layer keeps the weights
   * of the tokens that both vocabularies share. Other feature statistics are allowed and give a
   * warning.
   *
   * @param shape the shape of the model to train
   * @throws InvalidMessageException if new tokens would never be trained
   */
  static InitialModelState pretrained(
      LoadedCheckpoint checkpoint,
      ModelShape shape,
      TrainingConfiguration configuration,
      DataSetDescription description) {
    List<String> warnings = new ArrayList<>();
    VocabularyMapping mapping =
        new VocabularyMapping(checkpoint.vocabulary(), description.vocabulary());
    if (mapping.isSame()) {
      warnOfStatistics(warnings, checkpoint, configuration, description);
      return pretrained(checkpoint, checkpoint.deployed(), warnings, Optional.empty());
    }
    requireTrainable(mapping, checkpoint, configuration);
    warnings.add(
        "vocab_path: %d tokens, checkpoint %s has %d: %s"
            .formatted(
                mapping.wanted().size(),
                checkpoint.name(),
                mapping.trained().size(),
                String.join(", ", counts(mapping, TOKENS_IN_WARNING))));
    warnOfStatistics(warnings, checkpoint, configuration, description);
    return pretrained(
        checkpoint,
        mapping.apply(checkpoint.deployed(), shape, configuration.seed()),
        warnings,
        Optional.of(
            "Output layer of checkpoint %s adapted to another vocabulary (%d tokens, had %d):\n  %s"
                .formatted(
                    checkpoint.name(),
                    mapping.wanted().size(),
                    mapping.trained().size(),
                    String.join("\n  ", counts(mapping, TOKENS_IN_REPORT)))));
  }

  private static InitialModelState pretrained(
      LoadedCheckpoint checkpoint,
      Map<String, Tensor> parameters,
      List<String> warnings,
      Optional<String> report) {
    return new InitialModelState(
        Optional.of(ModelState.of(parameters)),
        EpochWeights.NONE,
        Optional.empty(),
        Optional.empty(),
        Provenance.NONE.begunWith(
            Argument.PRETRAINED_MODEL, checkpoint.uri(), checkpoint.deployedHash()),
        warnings,
        report);
  }

  /** Throws if the output layer is frozen and the vocabulary has new tokens. */
  private static void requireTrainable(
      VocabularyMapping mapping, LoadedCheckpoint checkpoint, TrainingConfiguration configuration) {
    InvalidMessageException.require(
        mapping.added().isEmpty() || !configuration.frozenLayers().contains("output"),
        Argument.FROZEN_LAYERS.argumentName(),
        String.join(",", configuration.frozenLayers().stream().sorted().toList()),
        "without output, because checkpoint %s lacks %d tokens of vocab_path (%s)"
            .formatted(
                checkpoint.name(),
                mapping.added().size(),
                VocabularyMapping.shown(mapping.added(), TOKENS_IN_WARNING)));
  }

  private static List<String> counts(VocabularyMapping mapping, int most) {
    return List.of(
        "kept %d".formatted(mapping.keptCount()),
        count("added", mapping.added(), most),
        count("dropped", mapping.dropped(), most));
  }

  private static String count(String what, List<String> tokens, int most) {
    return tokens.isEmpty()
        ? what + " 0"
        : "%s %d (%s)".formatted(what, tokens.size(), VocabularyMapping.shown(tokens, most));
  }

  private static void warnOfStatistics(
      List<String> warnings,
      LoadedCheckpoint checkpoint,
      TrainingConfiguration configuration,
      DataSetDescription description) {
    String given = description.hashes().get("mean_std");
    String stored = checkpoint.state().hashes().get("mean_std");
    if (given.equals(stored)) {
      return;
    }
    warnings.add(
        "mean_std_path: SHA-256 %s given, checkpoint %s was trained with SHA-256 %s: the features have another scale, %s; %smean_std.npz keeps the scale"
            .formatted(
                given,
                checkpoint.name(),
                stored,
                configuration.frozenLayers().contains("conv.0")
                    ? "to which the frozen layer conv.0 cannot adapt"
                    : "to which the model adapts during training",
                checkpoint.uri()));
  }

  /** Creates the model to train. */
  TrainableModel model(ModelShape shape, TrainingConfiguration configuration, Devices devices) {
    StepSettings settings = StepSettings.of(configuration);
    FrozenLayers frozen = new FrozenLayers(configuration.frozenLayers());
    return model
        .map(state -> TrainableModel.restore(shape, state, frozen, settings, devices))
        .orElseGet(() -> TrainableModel.initialise(shape, configuration.seed(), settings, devices));
  }
}
