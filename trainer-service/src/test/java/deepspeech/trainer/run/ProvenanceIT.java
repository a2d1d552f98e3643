package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.embedded.EmbeddedS3;
import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.messages.run.RunStatus;
import deepspeech.testing.server.TestStore;
import deepspeech.trainer.checkpoint.CheckpointFiles;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code checkpoint.json}, its event and {@code run.json} record about their origin. */
@Tag("integration")
class ProvenanceIT {
  private static final StoreLocation HOME = new StoreLocation("deepspeech", null);
  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(Map.of("num_epoch", 1));

  @TempDir Path directory;
  private EmbeddedS3 s3;
  private TrainingSite site;

  @BeforeEach
  void start() throws Exception {
    s3 = TestStore.start(directory.resolve("s3"), HOME.bucket());
    site = new TrainingSite(s3, HOME, directory.resolve("work"));
  }

  @AfterEach
  void stop() {
    site.close();
    s3.close();
  }

  @Test
  void aCheckpointAndItsEventHaveTheHashesOfWhatItWasTrainedWithAndTheCode() throws Exception {
    // Given
    site.data.hashes.put("augmentation", "a1");
    site.data.hashes.put("dataset/manifest.noise", "n1");

    // When
    site.train("run", CONFIGURATION);

    // Then
    StoredCheckpoint stored = stored("run", 1);
    assertThat(stored.metadata())
        .containsEntry("sha256.train.manifest", "m1")
        .containsEntry("sha256.train.vocabulary", "v1")
        .containsEntry("sha256.train.mean_std", "s1")
        .containsEntry("sha256.train.augmentation", "a1")
        .containsEntry("sha256.train.dataset/manifest.noise", "n1")
        .containsEntry("sha256.test.manifest", "m1")
        .containsEntry("code.version", CodeVersion.ofBuild().version())
        .containsEntry("code.commit", CodeVersion.ofBuild().revision())
        .containsKeys("step", "taken_at", "events_since", "fingerprint")
        .hasEntrySatisfying(
            "sha256.configuration", hash -> assertThat(hash).matches("[0-9a-f]{64}"));
    Provenance provenance = Provenance.among(stored.metadata());
    assertThat(site.checkpoints)
        .extracting(CheckpointCommitted::provenance)
        .containsExactly(provenance);
    assertThat(
            Json.convert(
                Json.readTree(site.store.readRun(new RunId("run")).orElseThrow().content())
                    .path("provenance"),
                Provenance.class))
        .isEqualTo(provenance);
  }

  @Test
  void aCheckpointRecordsHowItsSumsWereSplitAndOnWhatProcessor() throws Exception {
    // When
    site.train("three", CONFIGURATION.with(Map.of("cpu_threads", 3)));
    site.train("as-many-as-processors", CONFIGURATION);

    // Then
    CpuProvenance three = Provenance.among(stored("three", 1).metadata()).cpu().orElseThrow();
    CpuProvenance other =
        Provenance.among(stored("as-many-as-processors", 1).metadata()).cpu().orElseThrow();
    assertThat(three.threads()).isEqualTo(3);
    assertThat(three.capability()).isIn("DEFAULT", "AVX2", "AVX512");
    assertThat(three.instructions()).isNotBlank();
    assertThat(other)
        .isEqualTo(
            new CpuProvenance(
                Integer.getInteger("ai.djl.pytorch.num_threads"),
                three.capability(),
                three.instructions()));
  }

  @Test
  void aRunWithoutTestRecordsNoTestFiles() throws Exception {
    // When
    site.train("run", CONFIGURATION.with(Map.of("test_off", true)));

    // Then
    Provenance provenance = Provenance.among(stored("run", 1).metadata());
    assertThat(provenance.files(Split.TEST)).isEmpty();
    assertThat(provenance.files(Split.TRAIN)).containsEntry("manifest", "m1");
  }

  @Test
  void aResumedRunStillNamesTheModelOfAnotherThatItBeganWith() throws Exception {
    // Given
    site.train("base", CONFIGURATION);
    site.train(
        "tuned",
        CONFIGURATION.with(Map.of("num_epoch", 2, "resume_model", "base/latest", "seed", 1)));
    site.train("warm", CONFIGURATION.with(Map.of("pretrained_model", "base/latest")));

    // When
    assertThat(site.resume("tuned", Map.of("num_epoch", 3)).status()).isEqualTo(RunStatus.FINISHED);

    // Then
    StoredCheckpoint base = stored("base", 1);
    Provenance atFirst = Provenance.among(stored("tuned", 2).metadata());
    Provenance later = Provenance.among(stored("tuned", 3).metadata());
    Provenance warm = Provenance.among(stored("warm", 1).metadata());
    assertThat(later).isEqualTo(atFirst);
    assertThat(later.model(Argument.RESUME_MODEL)).contains(base.uri());
    assertThat(later.weights(Argument.RESUME_MODEL)).contains(weights(base));
    assertThat(warm.model(Argument.PRETRAINED_MODEL)).contains(base.uri());
    assertThat(warm.weights(Argument.PRETRAINED_MODEL)).contains(weights(base));
    assertThat(warm.model(Argument.RESUME_MODEL)).isEmpty();
    assertThat(Provenance.among(base.metadata()).model(Argument.RESUME_MODEL)).isEmpty();
  }

  private StoredCheckpoint stored(String run, int epoch) {
    return site.store.describe(new RunId(run), CheckpointId.endOfEpoch(epoch));
  }

  private static String weights(StoredCheckpoint checkpoint) {
    return checkpoint.files().stream()
        .filter(file -> file.name().equals(CheckpointFiles.MODEL))
        .map(CheckpointFile::sha256)
        .findFirst()
        .orElseThrow();
  }
}
