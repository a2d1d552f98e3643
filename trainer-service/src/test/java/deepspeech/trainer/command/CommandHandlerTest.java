package deepspeech.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunAssignment;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.trainer.checkpoint.EarlyStopCount;
import deepspeech.trainer.checkpoint.NewLearningRate;
import deepspeech.trainer.checkpoint.StartTerms;
import deepspeech.trainer.run.RunRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommandHandlerTest {
  private static final RunId RUN = new RunId("mandarin");
  private static final TrainingConfiguration CPU =
      TrainingConfiguration.of(Map.of("use_gpu", false, "num_epoch", 5));

  private final List<RunState> log = new ArrayList<>();
  private final List<StartTerms> allTerms = new ArrayList<>();
  private final List<RunId> queue = new ArrayList<>();
  private final List<RunId> stopped = new ArrayList<>();
  private final List<CheckpointId> pinned = new ArrayList<>();
  private final List<RunId> discarded = new ArrayList<>();
  private Runnable beforeStop = () -> {};
  private RunId underWay;

  /** The configuration of the latest checkpoint; null if there is none. */
  private TrainingConfiguration ofCheckpoint;

  private final RunRegistry registry = new RunRegistry(log::add, List.of());
  private final CommandHandler handler =
      new CommandHandler(
          registry,
          new CommandHandler.RunControl() {
            @Override
            public void enqueue(RunId run) {
              queue.add(run);
            }

            @Override
            public void stop(RunId run, Runnable otherwise) {
              beforeStop.run();
              if (run.equals(underWay)) {
                stopped.add(run);
              } else {
                otherwise.run();
              }
            }

            @Override
            public void discardData(RunId run) {
              discarded.add(run);
            }

            @Override
            public List<CheckpointId> pin(RunId run, CheckpointId checkpoint) {
              pinned.add(checkpoint);
              return List.copyOf(pinned);
            }

            @Override
            public List<CheckpointId> unpin(RunId run, CheckpointId checkpoint) {
              pinned.remove(checkpoint);
              return List.copyOf(pinned);
            }

            @Override
            public void announceAgain(String id, RunId run, CheckpointId checkpoint) {
              throw new InvalidCommandException("no such checkpoint");
            }
          },
          new CommandHandler.Feasibility() {
            @Override
            public TrainingConfiguration settle(
                RunId run, TrainingConfiguration configuration, StartTerms terms) {
              InvalidMessageException.require(
                  !configuration.useGpu(), "use_gpu", true, "False, there is no GPU");
              allTerms.add(terms);
              return configuration;
            }

            @Override
            public Optional<TrainingConfiguration> configurationOf(RunId run, ModelReference from) {
              return Optional.ofNullable(ofCheckpoint);
            }
          },
          Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

  @Test
  void aTrainCommandIsAcceptedAndQueued() {
    // When
    handler.take("a", new Command.Train(RUN, CPU));

    // Then
    assertThat(queue).containsExactly(RUN);
    assertThat(log).extracting(RunState::status).containsExactly(RunStatus.ACCEPTED);
  }

  @Test
  void aRunIsQueuedWithThePriorityOfItsCommand() {
    // When
    handler.take("a", new Command.Train(RUN, CPU, 7, true));
    RunState trained = registry.find(RUN).orElseThrow();
    registry.change(
        RUN,
        state ->
            state
                .withLastCheckpoint(CheckpointId.endOfEpoch(1), Instant.EPOCH)
                .withStatus(RunStatus.STOPPED, Instant.EPOCH));
    handler.take("b", new Command.Resume(RUN, Map.of()));

    // Then
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(trained.assignment()).isEqualTo(new RunAssignment(7, true, now, null, null, null));
    assertThat(registry.find(RUN).orElseThrow().assignment())
        .isEqualTo(new RunAssignment(null, null, now, null, null, null));
  }

  @Test
  void aCommandDeliveredTwiceIsCarriedOutOnce() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));

    // When
    handler.take("a", new Command.Train(RUN, CPU));

    // Then
    assertThat(queue).containsExactly(RUN);
    assertThat(log).hasSize(1);
  }

  @Test
  void aSecondRunOfTheSameNameIsRejectedAndTheFirstStaysAsItIs() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));

    // Then
    assertThatThrownBy(() -> handler.take("b", new Command.Train(RUN, CPU)))
        .isInstanceOf(InvalidCommandException.class)
        .hasMessage(
            "run: \"mandarin\" given, which is accepted already; allowed: a new name, or the command resume");
    assertThat(log).hasSize(1);
  }

  @Test
  void aRunThatEndedBeforeItsFirstCheckpointIsNotSentToResume() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    registry.change(
        RUN,
        state ->
            state
                .withPosition(new Position(1, 3, 5, 3), Instant.EPOCH)
                .withStatus(RunStatus.FAILED, "no data", Instant.EPOCH));

    // Then
    assertThatThrownBy(() -> handler.take("b", new Command.Train(RUN, CPU)))
        .isInstanceOf(InvalidCommandException.class)
        .hasMessage("run: \"mandarin\" given, which is failed already; allowed: a new name");
  }

  @Test
  void aRunThatWasStoppedBeforeItsFirstBatchIsTrainedAgainUnderItsName() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    handler.take("b", new Command.Stop(RUN));

    // Then
    assertThatThrownBy(() -> handler.take("c", new Command.Resume(RUN, Map.of())))
        .isInstanceOf(InvalidCommandException.class)
        .hasMessage(
            "run: \"mandarin\" given, which is stopped and has no checkpoint; allowed: a run that"
                + " has one, or the command train, which may use the name again");

    // When
    handler.take("d", new Command.Train(RUN, CPU));
    handler.take("a", new Command.Train(RUN, CPU));

    // Then
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.ACCEPTED);
    assertThat(registry.find(RUN).orElseThrow().commands()).containsExactly("a", "b", "d");
    assertThat(queue).containsExactly(RUN, RUN);
  }

  @Test
  void aRunThatNeedsAMissingDeviceIsRejectedWithTheReasonInItsState() {
    // When
    assertThatThrownBy(
            () -> handler.take("a", new Command.Train(RUN, TrainingConfiguration.defaults())))
        .hasMessage("use_gpu: True given, allowed: False, there is no GPU");

    // Then
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.REJECTED);
    assertThat(registry.find(RUN).orElseThrow().reason()).contains("use_gpu");
    assertThat(queue).isEmpty();
  }

  @Test
  void aNameThatWasRejectedCanBeUsedAgain() {
    // Given
    handler.reject("a", RUN, "a mistake");

    // When
    handler.take("b", new Command.Train(RUN, CPU));

    // Then
    assertThat(queue).containsExactly(RUN);
  }

  @Test
  void aFinishedRunIsResumedWithMoreEpochsAndItsOtherArgumentsKept() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    end(RunStatus.FINISHED);

    // When
    handler.take("b", new Command.Resume(RUN, Map.of("num_epoch", 8)));

    // Then
    RunState state = registry.find(RUN).orElseThrow();
    assertThat(state.status()).isEqualTo(RunStatus.ACCEPTED);
    assertThat(state.configuration().numEpoch()).isEqualTo(8);
    assertThat(state.configuration().useGpu()).isFalse();
    assertThat(state.configuration().resumeModel().orElseThrow()).hasToString("latest");
    assertThat(queue).containsExactly(RUN, RUN);
  }

  @Test
  void aLearningRateIsNewWhereAResumeGivesItAndPerhapsWhereANewRunHasOne() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    end(RunStatus.FINISHED);

    // When
    handler.take("b", new Command.Resume(RUN, Map.of("num_epoch", 8)));
    end(RunStatus.FINISHED);
    handler.take("c", new Command.Resume(RUN, Map.of("learning_rate", 0.001)));
    end(RunStatus.FINISHED);
    handler.take(
        "d", new Command.Resume(RUN, Map.of("learning_rate", 0.001, "learning_rate_epoch", 2)));

    // Then
    assertThat(allTerms)
        .extracting(StartTerms::learningRate)
        .containsExactly(
            NewLearningRate.IF_OTHER,
            NewLearningRate.AS_BEFORE,
            NewLearningRate.GIVEN,
            NewLearningRate.NONE);
  }

  @Test
  void aFallThatAResumeBeginsEndsWithTheEpochsThatItGivesAndNotWithThoseOfAnEarlierOne() {
    // Given
    Map<String, Object> cosine = Map.of("learning_rate_schedule", "warmup_cosine");
    handler.take(
        "a", new Command.Train(RUN, CPU.with(cosine).with(Map.of("learning_rate_last_epoch", 50))));
    end(RunStatus.FINISHED);

    // When
    handler.take("b", new Command.Resume(RUN, Map.of("num_epoch", 60)));
    Optional<Integer> continued = lastEpoch();
    end(RunStatus.FINISHED);
    handler.take("c", new Command.Resume(RUN, Map.of("num_epoch", 70, "learning_rate", 0.001)));
    Optional<Integer> begun = lastEpoch();
    end(RunStatus.FINISHED);
    handler.take(
        "d",
        new Command.Resume(RUN, Map.of("learning_rate", 0.002, "learning_rate_last_epoch", 80)));

    // Then
    assertThat(continued).contains(50);
    assertThat(begun).isEmpty();
    assertThat(lastEpoch()).contains(80);
  }

  @Test
  void theCountOfTestResultsBeginsAnewOnlyIfTheRunEndedEarlyAndTheResumeDoesNotSayWhere() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU.with(Map.of("early_stop_patience", 2))));
    end(RunStatus.FINISHED, "early stop");

    // When
    handler.take("b", new Command.Resume(RUN, Map.of("num_epoch", 8)));
    end(RunStatus.STOPPED);
    handler.take("c", new Command.Resume(RUN, Map.of()));
    end(RunStatus.FINISHED);
    handler.take("d", new Command.Resume(RUN, Map.of("num_epoch", 9)));
    end(RunStatus.FINISHED, "early stop");
    handler.take("e", new Command.Resume(RUN, Map.of("early_stop_epoch", 3)));

    // Then
    assertThat(allTerms)
        .extracting(StartTerms::earlyStop)
        .containsExactly(
            EarlyStopCount.NONE,
            EarlyStopCount.ANEW,
            EarlyStopCount.AS_BEFORE,
            EarlyStopCount.AS_BEFORE,
            EarlyStopCount.NONE);
  }

  @Test
  void aCountThatAResumeBeganIsKeptIfThatWasRejectedAtItsStart() {
    // Given
    ofCheckpoint = CPU.with(Map.of("early_stop_patience", 2));
    Map<String, Object> refused = Map.of("early_stop_epoch", 6, "train_manifest", "changed");
    handler.take("a", new Command.Train(RUN, ofCheckpoint.with(refused)));
    end(RunStatus.REJECTED, "the manifest has changed");

    // When
    handler.take("b", new Command.Resume(RUN, Map.of("num_epoch", 8)));

    // Then
    assertThat(registry.find(RUN).orElseThrow().configuration())
        .isEqualTo(
            ofCheckpoint.with(
                Map.of("early_stop_epoch", 6, "num_epoch", 8, "resume_model", "latest")));
  }

  private Optional<Integer> lastEpoch() {
    return registry.find(RUN).orElseThrow().configuration().schedule().lastEpoch();
  }

  @Test
  void aRunUnderWayCannotBeResumed() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));

    // Then
    assertThatThrownBy(() -> handler.take("b", new Command.Resume(RUN, Map.of())))
        .hasMessage("run: \"mandarin\" given, which is accepted; allowed: a run that has ended");
  }

  @Test
  void aStopReachesTheRunUnderWay() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    end(RunStatus.RUNNING);
    underWay = RUN;

    // When
    handler.take("b", new Command.Stop(RUN));

    // Then
    assertThat(stopped).containsExactly(RUN);
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.RUNNING);
  }

  @Test
  void aStopOfARunThatWaitsForATrainerAfterItsOwnWentAwayEndsItAtOnce() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    end(RunStatus.RUNNING);

    // When
    handler.take("b", new Command.Stop(RUN));

    // Then
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.STOPPED);
  }

  @Test
  void aStopOfAWaitingRunEndsItAtOnceAndDeletesWhatItsTrainerHasLeft() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));

    // When
    handler.take("b", new Command.Stop(RUN));

    // Then
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.STOPPED);
    assertThat(discarded).containsExactly(RUN);
  }

  @Test
  void aStopThatArrivesJustWhenTheRunFinishesLeavesItFinished() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    end(RunStatus.RUNNING);
    beforeStop = () -> end(RunStatus.FINISHED);

    // When
    handler.take("b", new Command.Stop(RUN));

    // Then
    assertThat(registry.find(RUN).orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
    assertThat(discarded).isEmpty();
  }

  @Test
  void aCheckpointIsPinnedAndUnpinnedOnceForEachCommand() {
    // Given
    handler.take("a", new Command.Train(RUN, CPU));
    CheckpointId checkpoint = CheckpointId.endOfEpoch(3);

    // When
    handler.take("b", new Command.Pin(RUN, checkpoint));
    handler.take("b", new Command.Pin(RUN, checkpoint));

    // Then
    assertThat(pinned).containsExactly(checkpoint);
    assertThat(registry.find(RUN).orElseThrow().pinned()).containsExactly(checkpoint);
    assertThat(registry.find(RUN).orElseThrow().commands()).containsExactly("a", "b");

    // When
    handler.take("c", new Command.Unpin(RUN, checkpoint));

    // Then
    assertThat(pinned).isEmpty();
    assertThat(registry.find(RUN).orElseThrow().pinned()).isEmpty();
  }

  @Test
  void commandsForARunThatIsNotThereAreRejected() {
    assertThatThrownBy(() -> handler.take("a", new Command.Stop(RUN)))
        .hasMessage("run: \"mandarin\" given, no such run");
    assertThatThrownBy(() -> handler.take("b", new Command.Resume(RUN, Map.of())))
        .hasMessage("run: \"mandarin\" given, no such run");
  }

  private void end(RunStatus status) {
    end(status, null);
  }

  private void end(RunStatus status, String reason) {
    registry.change(
        RUN,
        state ->
            state
                .withStatus(status, reason, state.time())
                .withLastCheckpoint(CheckpointId.endOfEpoch(5), state.time())
                .withData(10, List.of(), state.time()));
  }
}
