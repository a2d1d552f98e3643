package deepspeech.evaluator.service;

import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.progress.GroupProgress;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.evaluator.backlog.CheckpointProgress;
import deepspeech.evaluator.evaluation.Evaluator;
import deepspeech.evaluator.evaluation.ModelEvaluation;
import deepspeech.evaluator.evaluation.PublishedEvaluations;
import deepspeech.evaluator.evaluation.StoredCheckpoints;
import deepspeech.evaluator.testset.KafkaTestTopics;
import deepspeech.evaluator.testset.KeptTestSets;
import deepspeech.evaluator.testset.TestTopicSweep;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Puts the service together. */
@ApplicationScoped
public class EvaluatorBeans {
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(10);

  @Produces
  @Singleton
  EvaluatorConfiguration configuration() {
    return EvaluatorConfiguration.of(EnvironmentVariables.ofProcess());
  }

  @Produces
  @Singleton
  EvaluationStatus status() {
    return new EvaluationStatus();
  }

  @Produces
  @Singleton
  EventPublisher publisher(EvaluatorConfiguration configuration) {
    return new EventPublisher(configuration.broker(), "/evaluator-service");
  }

  void close(@Disposes EventPublisher publisher) {
    publisher.close();
  }

  @Produces
  @Singleton
  CheckpointStore store(EvaluatorConfiguration configuration) {
    return CheckpointStore.connect(configuration.store());
  }

  void close(@Disposes CheckpointStore store) {
    store.close();
  }

  @Produces
  @Singleton
  GroupProgress progress(EvaluatorConfiguration configuration) {
    return new GroupProgress(configuration.broker());
  }

  void close(@Disposes GroupProgress progress) {
    progress.close();
  }

  @Produces
  @Singleton
  KafkaTestTopics testTopics(EvaluatorConfiguration configuration) {
    return new KafkaTestTopics(configuration.broker());
  }

  void close(@Disposes KafkaTestTopics topics) {
    topics.close();
  }

  @Produces
  @Singleton
  KeptTestSets testSets(EvaluatorConfiguration configuration, EvaluationStatus status) {
    return new KeptTestSets(
        configuration.broker(), configuration.batchesAhead(), FeedSettings.defaults(), status);
  }

  void close(@Disposes KeptTestSets testSets) {
    testSets.close();
  }

  @Produces
  @Singleton
  EvaluationWorker worker(
      EvaluatorConfiguration configuration,
      CheckpointStore store,
      KeptTestSets testSets,
      KafkaTestTopics testTopics,
      EventPublisher publisher,
      GroupProgress groups,
      EvaluationStatus status,
      MeterRegistry registry)
      throws InterruptedException {
    Clock clock = Clock.systemUTC();
    CheckpointProgress progress = () -> groups.of(Topics.CHECKPOINTS, ConsumerGroups.EVALUATOR);
    Evaluator evaluator =
        new Evaluator(
            new StoredCheckpoints(store),
            testSets,
            new ModelEvaluation(configuration.samples(), configuration.threads()),
            publisher::publish,
            new PublishedEvaluations(configuration.broker()).ids(),
            configuration.workDirectory(),
            new EvaluationLog(registry, status),
            clock);
    EvaluationWorker worker =
        new EvaluationWorker(
            evaluator,
            publisher::publish,
            new TestTopicSweep(testTopics, new RunStates(configuration.broker())::newest, progress),
            progress,
            status,
            clock);
    worker.start(LOOK_INTERVAL);
    return worker;
  }

  void close(@Disposes EvaluationWorker worker) {
    worker.close();
  }
}
