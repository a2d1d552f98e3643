package deepspeech.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.training.StopSignal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run ends early by test results, whenever they come, and whatever happens to its trainer. */
@Tag("integration")
@Timeout(120)
class EarlyStopIT {
  private static final TrainingConfiguration CONFIGURATION =
      TrainingSite.SMALL_MODEL.with(
          Map.of("num_epoch", 9, "log_interval", 3, "early_stop_patience", 2));

  /** The third and the fourth are not better than the second, and none is after the second. */
  private static final double[] CER = {
    0.5, 0.4, 0.45, 0.4, 0.6, 0.5, 0.45, 0.7, 0.8, 0.9, 0.9, 0.9
  };

  /** After the epoch that is trained while the checkpoint of the fourth is tested. */
  private static final String END =
      "early stop after epoch 5 of 9: the best CER is 0.4000, of epoch 2; test results in a row that"
          + " are not better: 2, up to epoch 4; early_stop_patience is 2";

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
  void aRunEndsAsFinishedAndItsStateAndItsLogSayWhy() throws Exception {
    // Given
    tests.soon("run");

    // When
    RunState ended = site.train("run", CONFIGURATION);

    // Then
    assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(ended.reason()).isEqualTo(END);
    assertThat(ended.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(5));
    assertThat(ended.position())
        .isEqualTo(
            new Position(5, TrainingSite.BATCHES, TrainingSite.BATCHES, 5 * TrainingSite.BATCHES));
    assertThat(site.console()).contains("Run run finished: " + END + "\n");
    assertThat(epochsOf("run")).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void resultsThatComeLateEndTheRunWhereResultsThatComeAtOnceEndIt() throws Exception {
    // Given
    tests.soon("soon");
    RunState soon = site.train("soon", CONFIGURATION);

    // When
    tests.late("late");
    RunState late = site.train("late", CONFIGURATION);

    // Then
    assertThat(late.reason()).isEqualTo(END);
    assertThat(late.position()).isEqualTo(soon.position());
    assertThat(site.parameters("late", "epoch-0005"))
        .isEqualTo(site.parameters("soon", "epoch-0005"));
  }

  @Test
  void aRunWhoseTrainerWasReplacedEndsWhereOneThatWasNotDisturbedEnds() throws Exception {
    // Given
    tests.soon("calm");
    site.train("calm", CONFIGURATION);
    tests.soon("run");
    site.leaveAt = "4/1";
    RunState left = site.train("run", CONFIGURATION);

    // When
    RunState ended = site.goOn("run");

    // Then
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(ended.reason()).isEqualTo(END);
    assertThat(site.parameters("run", "epoch-0005"))
        .isEqualTo(site.parameters("calm", "epoch-0005"));
  }

  @Test
  void aTrainerThatDiesBeforeItSaysThatTheRunHasEndedLeavesTheEndToTheNext() throws Exception {
    // Given
    List<RunState> kept;
    try (TrainingSite dying =
        site.another(
            what -> {
              if (what.equals("state finished")) {
                throw new IllegalStateException("killed");
              }
            },
            List.of())) {
      new TestedEpochs(dying, CER).soon("run");
      assertThatThrownBy(() -> dying.train("run", CONFIGURATION)).hasMessage("killed");
      kept = List.copyOf(dying.states);
    }

    // When
    try (TrainingSite next = site.another(what -> {}, kept.subList(kept.size() - 1, kept.size()))) {
      TestedEpochs known = new TestedEpochs(next, CER);
      for (int epoch = 1; epoch <= 4; epoch++) {
        known.tested("run", epoch);
      }
      RunState ended = next.goOn("run");

      // Then
      assertThat(kept.get(kept.size() - 1).status()).isEqualTo(RunStatus.RUNNING);
      assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(ended.reason()).isEqualTo(END);
      assertThat(ended.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(5));
      assertThat(next.metrics).noneMatch(point -> point.name() == MetricName.TRAIN_LOSS);
    }
  }

  @Test
  void aRunThatIsStoppedWhileItWaitsForItsLastResultEndsThereWhenItIsResumed() throws Exception {
    // Given
    site.reached =
        what ->
            TestedEpochs.epochOf(what)
                .ifPresent(
                    epoch -> {
                      if (epoch < 4) {
                        tests.tested("run", epoch);
                      } else if (epoch == 5) {
                        TestedEpochs.later(() -> site.signal.raise(StopSignal.Reason.COMMAND));
                      }
                    });

    // When
    RunState stopped = site.train("run", CONFIGURATION);
    tests.tested("run", 4);
    RunState ended = site.resume("run", Map.of());

    // Then
    assertThat(stopped.status()).isEqualTo(RunStatus.STOPPED);
    assertThat(stopped.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(5));
    assertThat(ended.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(ended.reason()).isEqualTo(END);
    assertThat(epochsOf("run")).containsExactly(1, 2, 3, 4, 5);
  }

  /** Replaced before the first checkpoint of the resumed training, and after it. */
  @ParameterizedTest
  @ValueSource(strings = {"wait for 6/0", "wait for 6/1"})
  void aRunThatEndedEarlyAndIsResumedHasItsWholePatienceAgainEvenIfItsTrainerIsReplaced(
      String replacedAt) throws Exception {
    // Given
    tests.soon("run");
    site.train("run", CONFIGURATION);
    site.reached =
        what -> {
          if (what.equals(replacedAt)) {
            site.signal.raise(StopSignal.Reason.SHUTDOWN);
          }
        };

    // When
    RunState left = site.resume("run", Map.of("num_epoch", 12));
    tests.soon("run");
    RunState again = site.goOn("run");

    // Then
    assertThat(left.status()).isEqualTo(RunStatus.RUNNING);
    assertThat(left.reason()).isNull();
    assertThat(left.configuration().earlyStop().epoch()).contains(6);
    assertThat(again.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(again.reason())
        .isEqualTo(
            "early stop after epoch 8 of 12: the best CER is 0.4000, of epoch 2; test results in a row"
                + " that are not better: 2, up to epoch 7; early_stop_patience is 2");
    assertThat(epochsOf("run")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void aRunThatEndedEarlyAndIsResumedWithoutAPatienceIsTrainedToItsLastEpoch() throws Exception {
    // Given
    tests.soon("run");
    site.train("run", CONFIGURATION);

    // When
    RunState resumed = site.resume("run", Map.of("early_stop_patience", 0));

    // Then
    assertThat(resumed.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(resumed.reason()).isNull();
    assertThat(resumed.lastCheckpoint()).isEqualTo(CheckpointId.endOfEpoch(9));
  }

  @Test
  void aRunThatIsKnownOnlyFromItsCheckpointsEndsAgainAndIsTrainedFurtherByTheNextResume()
      throws Exception {
    // Given
    tests.soon("run");
    site.train("run", CONFIGURATION);
    try (TrainingSite other = site.another(what -> {}, List.of())) {
      TestedEpochs known = new TestedEpochs(other, CER);
      for (int epoch = 1; epoch <= 4; epoch++) {
        known.tested("run", epoch);
      }

      // When
      RunState first = other.resume("run", Map.of());
      Set<Integer> trainedByFirst = other.rates("run").keySet();
      known.soon("run");
      RunState second = other.resume("run", Map.of());

      // Then
      assertThat(first.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(first.reason()).isEqualTo(END);
      assertThat(trainedByFirst).isEmpty();
      assertThat(second.configuration().earlyStop().epoch()).contains(6);
      assertThat(second.reason()).startsWith("early stop after epoch 8 of 9: ");
      assertThat(other.rates("run").keySet()).containsExactly(6, 7, 8);
    }
  }

  @Test
  void anEpochFromWhichResultsCountIsThatOfTheCommand() throws Exception {
    // Given
    tests.soon("run");

    // When
    RunState ended = site.train("run", CONFIGURATION.with(Map.of("early_stop_epoch", 5)));

    // Then
    assertThat(ended.reason())
        .startsWith("early stop after epoch 7 of 9: the best CER is 0.4000, of epoch 2; ");
  }

  @Test
  void aPlateauReducesTheLearningRateOfARunUntilItEndsEarly() throws Exception {
    // Given
    tests.soon("run");

    // When
    RunState ended =
        site.train(
            "run",
            CONFIGURATION.with(
                Map.of(
                    "learning_rate_schedule",
                    "plateau",
                    "learning_rate",
                    0.001,
                    "learning_rate_decay",
                    0.5,
                    "plateau_patience",
                    0)));

    // Then
    assertThat(ended.reason()).isEqualTo(END);
    assertThat(site.rates("run").values()).containsExactly(0.001, 0.001, 0.001, 0.001, 0.0005);
  }

  /** The epochs that were trained. */
  private Set<Integer> epochsOf(String run) {
    return site.rates(run).keySet();
  }
}
