package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.broker.command.CommandRejectedException;
import deepspeech.checkpoint.BestPointer;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.topic.KafkaRights.Client;
import deepspeech.testing.process.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline in a {@link SecuredInstallation}. */
@Tag("integration")
class SecuredPipelineIT {
  private static final RunId RUN = new RunId("secured");

  @TempDir private static Path directory;

  private static SecuredInstallation installation;
  private static RunningPipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    installation = SecuredInstallation.start(directory);
    pipeline = installation.pipeline();
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  @Test
  void aRunIsTrainedResumedAndFineTunedWithTheLeastRights() throws Exception {
    // Given
    UndisturbedRun undisturbed = UndisturbedRun.trained();

    // Given
    Set<String> before = installation.store().denied();

    // When
    RunState trained = pipeline.train(RUN.value(), data(Map.of()));

    // Then
    assertThat(trained.status()).isEqualTo(RunStatus.FINISHED);
    undisturbed.assertSame(pipeline, RUN);

    // When
    RunState resumed =
        pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(RUN, Map.of("num_epoch", 7)));

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(resumed.position().epoch()).isEqualTo(7);

    // When
    TrainingConfiguration configuration =
        pipeline.configuration(data(Map.of("num_epoch", 1, "pretrained_model", RUN + "/best")));
    RunState tuned =
        pipeline
            .dispatch()
            .sendAndAwaitEnd(new Command.FineTune(new RunId("tuned"), configuration));

    // Then
    assertThat(tuned.status()).isEqualTo(RunStatus.FINISHED);
    HttpResponse<String> runs = installation.page().get("/api/runs");
    assertThat(runs.body()).contains("\"secured\"", "\"tuned\"");
    for (Map.Entry<Client, ServiceProcess> service : installation.services().entrySet()) {
      assertThat(service.getValue().output())
          .as("%s", service.getKey())
          .doesNotContain("denies this client", "not compared");
    }
    // The health check of data-prep takes the denial for an answer.
    assertThat(installation.store().denied())
        .filteredOn(denial -> !before.contains(denial))
        .isSubsetOf("data-prep: s3:ListAllMyBuckets on *");
  }

  @Test
  void aRunWaitsForATrainerThatMayWrite() throws Exception {
    // Given
    RunId run = new RunId("waits");
    installation.deny(Client.TRAINER, Action.PUT_OBJECT, "runs/*");

    // When
    pipeline
        .dispatch()
        .send(new Command.Train(run, pipeline.configuration(data(Map.of("num_epoch", 1)))));

    // Then
    assertThat(awaitDenial(Client.TRAINER, "s3:PutObject", run))
        .matches(".* run waits cannot be taken: S3 endpoint .*/runs/waits/trainer.json: grant it");

    // When
    installation.grantAll();

    // Then
    assertThat(pipeline.awaitFinished(run).status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunFailsWithTheRightThatItsTrainerLacksAndResumesFromItsCheckpoint() throws Exception {
    // Given
    RunId run = new RunId("fails");
    installation.deny(Client.TRAINER, Action.LIST_BUCKET_MULTIPART_UPLOADS, "*");

    // When
    RunState failed = pipeline.train(run.value(), data(Map.of("num_epoch", 2)));
    installation.grantAll();
    RunState resumed = pipeline.dispatch().sendAndAwaitEnd(new Command.Resume(run, Map.of()));

    // Then
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.reason())
        .contains("the action s3:ListBucketMultipartUploads: ")
        .endsWith("/runs/fails/checkpoints/: grant it")
        .hasLineCount(1);
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(resumed.position().step()).isEqualTo(SmallCorpus.UTTERANCES);
  }

  @Test
  void aTestWaitsForAnEvaluatorThatMayWriteItsResult() throws Exception {
    // Given
    RunId run = new RunId("tested");
    installation.deny(Client.EVALUATOR, Action.PUT_OBJECT, "runs/*/best.json");

    // When
    RunState trained = pipeline.train(run.value(), data(Map.of("num_epoch", 1)));

    // Then
    assertThat(trained.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(awaitDenial(Client.EVALUATOR, "s3:PutObject", run))
        .matches(".* will be tried again in .*: S3 endpoint .*/runs/tested/best.json: grant it");

    // When
    installation.grantAll();

    // Then
    try (CheckpointStore store =
        CheckpointStore.connect(installation.checkpoints(Client.COMMAND_LINE))) {
      assertThat(awaitBest(store, run).checkpoint()).isEqualTo(CheckpointId.endOfEpoch(1));
    }
  }

  @Test
  void aRunWhoseDataMayNotBeReadEndsWithTheRightThatDataPrepLacks() throws Exception {
    // Given
    installation.deny(Client.DATA_PREP, Action.GET_OBJECT, "*");
    // A manifest that another test has just used is asked for again after ten seconds.
    TimeUnit.SECONDS.sleep(11);

    // When
    var refused = assertThatThrownBy(() -> pipeline.train("unread", data(Map.of("num_epoch", 1))));
    installation.grantAll();
    RunState trained = pipeline.train("read", data(Map.of("num_epoch", 1)));

    // Then
    refused
        .isInstanceOf(CommandRejectedException.class)
        .message()
        .contains("the action s3:GetObject, or s3:ListBucket if there is no such object: ")
        .contains("cannot read " + SecuredInstallation.DATA)
        .endsWith(": grant it")
        .hasLineCount(1);
    assertThat(trained.status()).isEqualTo(RunStatus.FINISHED);
  }

  @AfterEach
  void grantWhatATestHasTaken() {
    installation.grantAll();
  }

  @AfterEach
  void noServicePrintsAStackTraceOrASecret() throws IOException {
    for (Map.Entry<Client, ServiceProcess> service : installation.services().entrySet()) {
      assertThat(service.getValue().output())
          .as("%s", service.getKey())
          .doesNotContain("\tat deepspeech", "-secret");
    }
  }

  /** The first line of a service that names a denied action and the run. */
  private static String awaitDenial(Client client, String action, RunId run) throws Exception {
    String denial = "the action " + action;
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<String> line =
          installation
              .services()
              .get(client)
              .output()
              .lines()
              .filter(each -> each.contains(denial) && each.contains("/runs/" + run + "/"))
              .findFirst();
      if (line.isPresent()) {
        return line.get();
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError(client + " has not said that it lacks " + action);
  }

  private static BestPointer awaitBest(CheckpointStore store, RunId run) throws Exception {
    long deadline = System.nanoTime() + RunningPipeline.LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<BestPointer> best = store.best(run);
      if (best.isPresent()) {
        return best.get();
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("run " + run + " has not been tested");
  }

  /** With the data set in the store. */
  private static Map<String, Object> data(Map<String, Object> given) {
    Map<String, Object> all = new HashMap<>(given);
    all.put("train_manifest", SecuredInstallation.DATA + "manifest.train");
    all.put("test_manifest", SecuredInstallation.DATA + "manifest.test");
    all.put("vocab_path", SecuredInstallation.DATA + "vocab.txt");
    all.put("mean_std_path", SecuredInstallation.DATA + "mean_std.npz");
    return all;
  }
}
