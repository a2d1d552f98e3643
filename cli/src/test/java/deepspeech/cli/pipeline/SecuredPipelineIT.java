package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.KafkaRights.Client;
import deepspeech.testing.process.ServiceProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline in a {@link SecuredInstallation}. */
@Tag("integration")
class SecuredPipelineIT {
  private static final RunId RUN = new RunId("secured");

  @TempDir private static Path directory;

  private static UndisturbedRun undisturbed;
  private static SecuredInstallation installation;
  private static RunningPipeline pipeline;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    installation = SecuredInstallation.start(directory);
    pipeline = installation.pipeline();
  }

  @AfterAll
  static void stop() {
    installation.close();
  }

  @Test
  void aRunIsTrainedResumedAndFineTunedWithTheLeastRights() throws Exception {
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
          .doesNotContain("denies", "not compared", "-secret");
    }
    // The health check of data-prep takes the denial for an answer.
    assertThat(installation.store().denied())
        .containsExactly("data-prep: s3:ListAllMyBuckets on *");
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
