package deepspeech.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.acoustic.model.ModelShape;
import deepspeech.checkpoint.CheckpointSource;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreConfiguration;
import deepspeech.checkpoint.MortalStore;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetVersion;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.objectstore.ObjectStoreConfiguration;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.training.TrainingCounters;
import deepspeech.trainer.training.TrainingRecipe;
import deepspeech.trainer.training.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands are checked against training states; no other file of a checkpoint is downloaded. */
@Tag("integration")
class NewRunValidatorIT {
  private static final RunId RUN = new RunId("run");
  private static final TrainingConfiguration CONFIGURATION =
      TrainingConfiguration.of(Map.of("use_gpu", false, "num_epoch", 9));
  private static final ModelReference LATEST =
      new ModelReference(Optional.empty(), Optional.empty(), ModelReference.LATEST);

  @TempDir Path directory;
  private final List<String> operations = Collections.synchronizedList(new ArrayList<>());
  private EmbeddedS3 s3;
  private CheckpointStore store;
  private NewRunValidator validator;

  @BeforeEach
  void start() throws Exception {
    s3 = TestStore.start(directory.resolve("s3"), "deepspeech");
    store =
        MortalStore.connect(
            new CheckpointStoreConfiguration(
                new ObjectStoreConfiguration(s3.endpoint(), s3.accessKey(), s3.secretKey(), null),
                "deepspeech",
                null),
            (operation, work) -> {
              operations.add(operation);
              return work.run();
            });
    validator = new NewRunValidator(store, directory.resolve("work"));
    for (int epoch = 1; epoch <= 3; epoch++) {
      commit(epoch);
    }
    operations.clear();
  }

  @AfterEach
  void stop() {
    store.close();
    s3.close();
  }

  @Test
  void aCommandReadsTheTrainingStateOfItsCheckpointAlone() {
    // When
    TrainingConfiguration resumed = settle(Map.of("resume_model", "latest"));
    settle(Map.of("pretrained_model", "run/epoch-0001"));
    Optional<TrainingConfiguration> before = validator.configurationOf(RUN, LATEST);

    // Then
    assertThat(resumed.learningRateEpoch()).contains(4);
    assertThat(before).contains(CONFIGURATION);
    assertThat(downloads()).containsExactly(state(3), state(1), state(3));
    assertThat(directory.resolve("work")).isEmptyDirectory();
  }

  @Test
  void aCommandReadsTheNewestIntactStateAloneIfTheLatestIsDamaged() throws Exception {
    // Given
    Files.writeString(folder(3).resolve("training-state.json"), "{}");
    Files.write(folder(2).resolve("model.safetensors"), new byte[1]);

    // When
    TrainingConfiguration resumed = settle(Map.of("resume_model", "latest"));
    Optional<TrainingConfiguration> before = validator.configurationOf(RUN, LATEST);

    // Then
    assertThat(resumed.learningRateEpoch()).contains(3);
    assertThat(before).contains(CONFIGURATION);
    assertThat(downloads())
        .containsExactly(state(3), state(3), state(2), state(3), state(3), state(2));
    assertThat(directory.resolve("work")).isEmptyDirectory();
  }

  @Test
  void aCommandIsRefusedIfEveryStateIsDamagedAndStillNothingElseIsRead() throws Exception {
    // Given
    for (int epoch = 1; epoch <= 3; epoch++) {
      Files.delete(folder(epoch).resolve("training-state.json"));
    }

    // Then
    assertThatThrownBy(() -> settle(Map.of("resume_model", "latest")))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith(
            "resume_model: \"latest\" given, but all checkpoints of run run are damaged:"
                + " checkpoint epoch-0003 of run run is damaged: training-state.json: expected ");
    assertThat(downloads()).containsExactly(state(3), state(3), state(2), state(1));
  }

  @Test
  void aFallHasItsEndWhenItIsAcceptedSoThatLaterEpochsDoNotChangeIt() {
    // Given
    Map<String, Object> cosine = Map.of("learning_rate_schedule", "warmup_cosine");

    // When
    TrainingConfiguration fresh = settle(cosine);
    TrainingConfiguration extended =
        validator.settle(
            RUN,
            fresh.with(Map.of("resume_model", "latest", "num_epoch", 12)),
            terms(NewLearningRate.AS_BEFORE));
    TrainingConfiguration pretrained =
        validator.settle(
            RUN,
            CONFIGURATION.with(cosine).with(Map.of("pretrained_model", "run/epoch-0001")),
            terms(NewLearningRate.IF_OTHER));

    // Then
    assertThat(fresh.schedule().lastEpoch()).contains(9);
    assertThat(extended.schedule().lastEpoch()).contains(9);
    assertThat(pretrained.schedule().lastEpoch()).contains(9);
    assertThat(settle(Map.of()).schedule().lastEpoch()).isEmpty();
  }

  private TrainingConfiguration settle(Map<String, Object> changed) {
    return validator.settle(RUN, CONFIGURATION.with(changed), terms(NewLearningRate.GIVEN));
  }

  private static StartTerms terms(NewLearningRate learningRate) {
    return new StartTerms(learningRate, EarlyStopCount.NONE);
  }

  private List<String> downloads() {
    return operations.stream().filter(operation -> operation.startsWith("download ")).toList();
  }

  private static String state(int epoch) {
    return "download runs/run/checkpoints/%s/training-state.json"
        .formatted(CheckpointId.endOfEpoch(epoch));
  }

  private Path folder(int epoch) {
    return directory
        .resolve("s3/buckets/deepspeech/runs/run/checkpoints")
        .resolve(CheckpointId.endOfEpoch(epoch).toString());
  }

  private void commit(int epoch) {
    TrainingState state =
        new TrainingState(
            RUN,
            CheckpointId.endOfEpoch(epoch),
            new TrainingCounters(epoch, 0, 0, 0, 0, null, null, null),
            1,
            new ModelShape(
                CONFIGURATION.numConvLayers(),
                CONFIGURATION.numRnnLayers(),
                CONFIGURATION.rnnLayerSize(),
                4),
            CONFIGURATION,
            new DataSetVersion("fingerprint", Map.of()),
            TrainingRecipe.CURRENT);
    var unused =
        store.commit(
            RUN,
            state.checkpoint(),
            List.of(
                CheckpointSource.of("model.safetensors", new byte[] {1, 2}),
                CheckpointSource.of("optimizer.safetensors", new byte[] {3, 4}),
                CheckpointSource.of("training-state.json", Json.write(state))),
            Map.of());
  }
}
