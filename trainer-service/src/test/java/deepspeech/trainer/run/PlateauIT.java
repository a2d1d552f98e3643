package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The learning rate falls by test results, whenever they come. */
@Tag("integration")
class PlateauIT {
  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of(
              "num_epoch",
              6,
              "log_interval",
              3,
              "learning_rate_schedule",
              "plateau",
              "learning_rate",
              0.001,
              "learning_rate_decay",
              0.5,
              "plateau_patience",
              0));

  /** Of the epochs in turn: the second and the fourth are not better than the best. */
  private static final double[] CER = {0.5, 0.5, 0.4, 0.4, 0.3, 0.2};

  /** Of the first batch of each epoch, two epochs behind each result that is not better. */
  private static final Double[] RATES = {0.001, 0.001, 0.001, 0.0005, 0.0005, 0.00025};

  @TempDir Path directory;
  private TrainingSite site;
  private TestedEpochs tests;

  @BeforeEach
  void start() throws Exception {
    site = TrainingSite.in(directory);
    tests = new TestedEpochs(site, CER);
  }

  @AfterEach
  void stop() {
    site.close();
  }

  @Test
  void resultsThatComeLateGiveTheWeightsOfResultsThatComeAtOnce() throws Exception {
    // Given
    tests.soon("soon");
    site.train("soon", CONFIGURATION);

    // When
    tests.late("late");
    RunState late = site.train("late", CONFIGURATION);

    // Then
    assertThat(late.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(rates("soon")).containsExactly(RATES);
    assertThat(rates("late")).containsExactly(RATES);
    assertThat(site.parameters("late", "epoch-0006"))
        .isEqualTo(site.parameters("soon", "epoch-0006"));
  }

  @Test
  void aRunWhoseTrainerWasReplacedHasTheRatesOfOneThatWasNotDisturbed() throws Exception {
    // Given
    tests.soon("run");
    site.leaveAt = "4/1";
    site.train("run", CONFIGURATION);

    // When
    site.goOn("run");

    // Then
    assertThat(rates("run")).containsExactly(RATES);
    assertThat(site.state("run").status()).isEqualTo(RunStatus.FINISHED);
  }

  @Test
  void aRunThatIsStoppedWhileItWaitsForATestEndsAtOnceAndResumesThere() throws Exception {
    // Given
    site.reached =
        what ->
            TestedEpochs.epochOf(what)
                .filter(epoch -> epoch == 2)
                .ifPresent(
                    epoch ->
                        TestedEpochs.later(() -> site.signal.raise(StopSignal.Reason.COMMAND)));

    // When
    RunState stopped = site.train("run", CONFIGURATION);
    tests.soon("run");
    tests.tested("run", 1);
    tests.tested("run", 2);
    RunState resumed = site.resume("run", Map.of());

    // Then
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(2));
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(rates("run")).containsExactly(RATES);
  }

  private Collection<Double> rates(String run) {
    return site.rates(run).values();
  }
}
