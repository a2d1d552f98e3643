package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.testing.process.ServiceProcess;
import deepspeech.testing.server.ThreeBrokers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built services on three brokers, as on a cluster: brokers that are away, services that are
 * replaced and replicas of data-prep that come and go while a run is under way.
 *
 * <p>The property {@code outage.seconds} says how long each broker is away. For the long form set
 * {@code pipeline.epochs} too, so that the run has enough steps. The steps, pauses and shares of
 * the time that it prints are those of docs/performance.md.
 */
@Tag("integration")
@Tag("chaos")
class ThreeBrokersIT {
  private static final Duration OUTAGE =
      Duration.ofSeconds(Integer.getInteger("outage.seconds", 12));

  /** What the features of an utterance of the corpus take, about 2 s of audio. */
  private static final int UTTERANCE_BYTES = 65_000;

  /** The signal's number and 128, as the JVM ends after SIGTERM. */
  private static final int TERMINATED = 143;

  @TempDir private static Path directory;
  private static UndisturbedRun undisturbed;
  private static ThreeBrokers brokers;
  private static ServiceFleet fleet;
  private static RunningPipeline pipeline;

  private RunId run;

  @BeforeAll
  static void start() throws Exception {
    undisturbed = UndisturbedRun.trained();
    brokers = ThreeBrokers.start(directory);
    BrokerConfiguration broker = BrokerConfiguration.of(brokers.bootstrapServers());
    try (TopicSetup topics = new TopicSetup(broker)) {
      topics.ensureShared();
    }
    pipeline = new RunningPipeline(directory);
    pipeline.use(broker);
    fleet =
        new ServiceFleet(
            directory,
            pipeline.datasetRoot(),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                brokers.bootstrapServers(),
                "DEEPSPEECH_FEATURE_REPLICATION",
                "2"));
    fleet.start(ServiceFleet.TRAINER);
    fleet.start(ServiceFleet.EVALUATOR);
    fleet.start(ServiceFleet.DATA_PREP);
    fleet.start(ServiceFleet.DATA_PREP);
    fleet.start(ServiceFleet.DASHBOARD);
    fleet.awaitReady();
  }

  @AfterEach
  void endLimitAndRun() throws Exception {
    brokers.limitReading(OptionalLong.empty());
    if (!pipeline.runState(run).status().ended()) {
      pipeline.dispatch().sendAndAwaitEnd(new Command.Stop(run));
    }
  }

  @AfterAll
  static void stop() {
    fleet.close();
    brokers.close();
  }

  @Test
  void aRunGoesOnWhileAnyOneBrokerIsAwayAndNothingIsLost() throws Exception {
    // Given
    run = new RunId("outages");
    int printed = stepsPrinted();
    List<Integer> left = new ArrayList<>(ThreeBrokers.NUMBERS);
    try (StepWatch steps = trainSlowly(run)) {
      // When
      while (!left.isEmpty()) {
        int leader = brokers.leaderOf(Topics.featuresName(run, Split.TRAIN));
        Integer broker = left.contains(leader) ? Integer.valueOf(leader) : left.get(0);
        left.remove(broker);
        takeAway(broker, left.size() == ThreeBrokers.NUMBERS.size() - 1, run, steps);
      }
    }
    brokers.limitReading(OptionalLong.empty());
    pipeline.awaitFinished(run);

    // Then
    assertNothingLost(run, printed);
  }

  @Test
  void aRunGoesOnWhileEverythingIsReplacedOneByOneAndNothingIsLost() throws Exception {
    // Given
    run = new RunId("replaced");
    int printed = stepsPrinted();
    try (StepWatch steps = trainSlowly(run)) {
      // When
      for (int broker : ThreeBrokers.NUMBERS) {
        brokers.stop(broker);
        brokers.start(broker);
        brokers.awaitInSync();
      }
      // A Deployment starts the new pod first.
      for (String module :
          List.of(
              ServiceFleet.DATA_PREP,
              ServiceFleet.DATA_PREP,
              ServiceFleet.EVALUATOR,
              ServiceFleet.DASHBOARD)) {
        fleet.start(module).awaitReady();
        // An evaluator handles the signal itself.
        int status = module.equals(ServiceFleet.EVALUATOR) ? 0 : TERMINATED;
        assertThat(fleet.terminate(module)).as(module).isEqualTo(status);
      }
      // A StatefulSet ends the old pod first.
      assertThat(fleet.terminate(ServiceFleet.TRAINER)).isEqualTo(TERMINATED);
      long atSignal = steps.newest();
      assertThat(atSignal).isLessThan(RunningPipeline.STEPS);
      assertThat(pipeline.read(Topics.CHECKPOINTS, CheckpointCommitted.class))
          .as("a checkpoint of the last step before the end")
          .anyMatch(event -> event.run().equals(run) && event.step() == atSignal);
      fleet.start(ServiceFleet.TRAINER).awaitReady();
      steps.await(atSignal + 1);
      assertThat(pipeline.runState(run).status()).isEqualTo(RunStatus.RUNNING);
    }
    brokers.limitReading(OptionalLong.empty());
    pipeline.awaitFinished(run);

    // Then
    assertNothingLost(run, printed);
  }

  @Test
  void replicasOfDataPrepComeAndGoWhileARunIsTrainedShareItsBatchesAndAnswerEachRequestOnce()
      throws Exception {
    // Given
    run = new RunId("scaled");
    int printed = stepsPrinted();
    leaveOneReplica();
    Instant withOne = Instant.now();
    try (StepWatch steps = trainSlowly(run)) {
      // When
      steps.await(6);
      Instant starting = Instant.now();
      for (int further = 0; further < 3; further++) {
        fleet.start(ServiceFleet.DATA_PREP);
      }
      fleet.awaitReady();
      Instant withFour = Instant.now();
      for (ServiceProcess replica : fleet.instances(ServiceFleet.DATA_PREP)) {
        replica.awaitMetric(ServiceFleet.ANSWERED, replica.metric(ServiceFleet.ANSWERED) + 2);
      }
      steps.await(steps.newest() + 6);
      Instant leaving = Instant.now();
      leaveOneReplica();
      Instant withOneAgain = Instant.now();
      steps.await(steps.newest() + 6);
      System.out.printf(
          "waiting for batches: one replica %.2f, three more start %.2f, four %.2f, three leave %.2f, one %.2f%n",
          steps.shareWaiting(withOne, starting),
          steps.shareWaiting(starting, withFour),
          steps.shareWaiting(withFour, leaving),
          steps.shareWaiting(leaving, withOneAgain),
          steps.shareWaiting(withOneAgain, Instant.now()));
      long trained = steps.newest();
      brokers.limitReading(OptionalLong.empty());

      // Then
      Map<String, Integer> answers = AnsweredBatches.of(run, pipeline.broker());
      Map<String, Integer> asked = AnsweredBatches.asked(run, pipeline.broker());
      System.out.printf(
          "%d batches, asked for again %s, made again %s%n",
          answers.size(), moreThanOnce(asked), moreThanOnce(answers));
      assertThat(answers).hasSizeGreaterThanOrEqualTo((int) trained);
      assertThat(answers)
          .allSatisfy((batch, times) -> assertThat(times).isLessThanOrEqualTo(asked.get(batch)));
    }
    pipeline.awaitFinished(run);
    assertNothingLost(run, printed);
  }

  private static List<String> moreThanOnce(Map<String, Integer> times) {
    return times.entrySet().stream()
        .filter(batch -> batch.getValue() > 1)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void leaveOneReplica() throws Exception {
    while (fleet.instances(ServiceFleet.DATA_PREP).size() > 1) {
      assertThat(fleet.terminate(ServiceFleet.DATA_PREP)).isEqualTo(TERMINATED);
    }
  }

  private static void takeAway(int broker, boolean kill, RunId run, StepWatch steps)
      throws Exception {
    Instant start = Instant.now();
    long before = steps.newest();
    if (kill) {
      brokers.kill(broker);
    } else {
      brokers.stop(broker);
    }
    TimeUnit.MILLISECONDS.sleep(OUTAGE.toMillis());
    // What the trainer had read before is used by now.
    steps.await(steps.newest() + 1);
    System.out.printf(
        "broker %d %s for %d s: %d steps meanwhile, the longest pause between two was %.1f s%n",
        broker,
        kill ? "killed" : "stopped",
        Duration.between(start, Instant.now()).toSeconds(),
        steps.newest() - before,
        steps.longestPause(start).toMillis() / 1000.0);
    assertThat(pipeline.runState(run).status()).isEqualTo(RunStatus.RUNNING);
    brokers.start(broker);
    brokers.awaitInSync();
    assertThat(steps.newest()).isLessThan(RunningPipeline.STEPS);
  }

  /**
   * Starts a run whose steps suffice for three outages, because the trainer may read no faster.
   * With the property {@code unlimited} it may, which shows what it waits for otherwise.
   */
  private static StepWatch trainSlowly(RunId run) throws Exception {
    long seconds = 6 * OUTAGE.toSeconds() + 180;
    brokers.limitReading(
        Boolean.getBoolean("unlimited")
            ? OptionalLong.empty()
            : OptionalLong.of(
                (long) RunningPipeline.EPOCHS
                    * SmallCorpus.UTTERANCES
                    * UTTERANCE_BYTES
                    / seconds));
    StepWatch steps = new StepWatch(pipeline, fleet, run);
    pipeline.dispatch().send(new Command.Train(run, pipeline.configuration(Map.of())));
    steps.await(5);
    return steps;
  }

  private static int stepsPrinted() throws Exception {
    return fleet.lines(ServiceFleet.TRAINER, "Train [").size();
  }

  private static void assertNothingLost(RunId run, int printedBefore) throws Exception {
    undisturbed.assertSameTraining(pipeline, run);
    undisturbed.assertSameEpochs(pipeline, run);
    assertThat(stepsPrinted() - printedBefore)
        .as("steps made, repeated ones included")
        .isEqualTo(RunningPipeline.STEPS);
    assertThat(pipeline.read(Topics.DEAD_LETTERS, DeadLetter.class)).isEmpty();
  }
}
