package deepspeech.evaluator.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.BrokerProbe;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.RunStates;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.progress.GroupMembers;
import deepspeech.broker.progress.GroupProgress;
import deepspeech.broker.trace.Tracing;
import deepspeech.broker.trace.TracingConfiguration;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.evaluator.backlog.Backlog;
import deepspeech.evaluator.backlog.BacklogTopics;
import deepspeech.evaluator.evaluation.EvaluationPublisher;
import deepspeech.evaluator.evaluation.Evaluator;
import deepspeech.evaluator.evaluation.ModelEvaluation;
import deepspeech.evaluator.evaluation.PublishedEvaluations;
import deepspeech.evaluator.evaluation.RangeScoring;
import deepspeech.evaluator.evaluation.StoredCheckpoints;
import deepspeech.evaluator.recognition.OnnxModel;
import deepspeech.evaluator.sharing.SharedTests;
import deepspeech.evaluator.sharing.StoredTestRecords;
import deepspeech.evaluator.testset.CachedTestSets;
import deepspeech.evaluator.testset.KafkaTestTopics;
import deepspeech.evaluator.testset.TestTopicSweep;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.topic.ConsumerGroups;
import deepspeech.messages.topic.Topics;
import deepspeech.objectstore.Retry;
import deepspeech.runtime.health.DependencyWatch;
import deepspeech.runtime.quarkus.DiskGauges;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the parts of the service. */
@ApplicationScoped
public class EvaluatorBeans {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluatorBeans.class);

  @Produces
  @Singleton
  EvaluatorConfiguration configuration() {
    return EvaluatorConfiguration.of(EnvironmentVariables.ofProcess());
  }

  @Produces
  @Singleton
  Tracing tracing(OpenTelemetry telemetry) {
    return TracingConfiguration.of(EnvironmentVariables.ofProcess()).tracing(telemetry);
  }

  @Produces
  @Singleton
  EvaluationStatus status(EventPublisher publisher, Backlog backlog) {
    return new EvaluationStatus(
        new DelayedTests(
            (message, id) -> {
              if (!backlog.isDelayReported(id)) {
                report(publisher, message, id);
              }
            },
            Clock.systemUTC(),
            System::nanoTime));
  }

  private static void report(EventPublisher publisher, Object delay, String id) {
    var unused =
        publisher
            .send(delay, id)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    LOG.warn(
                        "the warning about a delayed test was not published: {}",
                        BrokerException.line(failure));
                  }
                });
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
  EvaluationMeters meters(MeterRegistry registry, EvaluationStatus status) {
    return new EvaluationMeters(registry, status);
  }

  @Produces
  @Singleton
  BrokerProbe brokerProbe(EvaluatorConfiguration configuration) {
    return new BrokerProbe(configuration.broker());
  }

  void close(@Disposes BrokerProbe probe) {
    probe.close();
  }

  @Produces
  @Singleton
  DependencyWatch dependencies(
      EvaluatorConfiguration configuration, BrokerProbe broker, MeterRegistry registry) {
    CheckpointStore store = CheckpointStore.connect(configuration.store(), Retry.NONE);
    DependencyWatch watch =
        new DependencyWatch(
            Map.of("broker", broker, "store", store::check, "model", OnnxModel::requireRuntime));
    DiskGauges.register(registry, configuration.workDirectory());
    return watch;
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
  CachedTestSets testSets(
      EvaluatorConfiguration configuration, EvaluationStatus status, Tracing tracing) {
    return new CachedTestSets(
        configuration.broker(),
        configuration.batchesAhead(),
        FeedSettings.defaults(),
        status,
        tracing);
  }

  void close(@Disposes CachedTestSets testSets) {
    testSets.close();
  }

  @Produces
  @Singleton
  GroupMembers evaluators(EvaluatorConfiguration configuration) {
    return new GroupMembers(configuration.broker(), ConsumerGroups.EVALUATOR);
  }

  void close(@Disposes GroupMembers evaluators) {
    evaluators.close();
  }

  @Produces
  @Singleton
  Backlog backlog() {
    return new Backlog();
  }

  @Produces
  @Singleton
  TestTopicSweep sweep(
      EvaluatorConfiguration configuration, KafkaTestTopics testTopics, GroupProgress groups) {
    return new TestTopicSweep(
        testTopics,
        new RunStates(configuration.broker())::newest,
        () -> groups.of(Topics.CHECKPOINTS, ConsumerGroups.EVALUATOR));
  }

  @Produces
  @Singleton
  BacklogTopics backlogTopics(
      EvaluatorConfiguration configuration,
      Backlog backlog,
      GroupProgress groups,
      TestTopicSweep sweep,
      EvaluationMeters meters)
      throws InterruptedException {
    return new BacklogTopics(
        configuration.broker(),
        backlog,
        groups.of(Topics.CHECKPOINTS, ConsumerGroups.EVALUATOR),
        evaluation -> {
          meters.published(evaluation);
          sweep.watch(evaluation.run());
        });
  }

  void close(@Disposes BacklogTopics topics) {
    topics.close();
  }

  @Produces
  @Singleton
  DeliveredEvents deliveredEvents(EventPublisher publisher) {
    return new DeliveredEvents(publisher::publish, Clock.systemUTC());
  }

  @Produces
  @Singleton
  SharedTests sharedTests(CheckpointStore store, GroupMembers evaluators) {
    return new SharedTests(
        new StoredTestRecords(store),
        EvaluatorName.OF_THIS_PROCESS,
        evaluators::clientIds,
        Clock.systemUTC(),
        System::nanoTime);
  }

  @Produces
  @Singleton
  WorkFolder workFolder(EvaluatorConfiguration configuration) {
    return WorkFolder.create(configuration.workDirectory(), EvaluatorName.OF_THIS_PROCESS);
  }

  void close(@Disposes WorkFolder folder) {
    folder.close();
  }

  @Produces
  @Singleton
  EvaluationWork work(
      Backlog backlog,
      BacklogTopics topics,
      DeliveredEvents delivered,
      SharedTests tests,
      TestTopicSweep sweep,
      CachedTestSets testSets,
      EvaluationStatus status,
      EvaluationMeters meters,
      CheckpointStore store) {
    return new EvaluationWork(
        backlog,
        topics,
        delivered,
        tests,
        sweep,
        run -> {
          meters.ended(run);
          testSets.ended(run);
          store.tests().delete(run);
        },
        status);
  }

  @Produces
  @Singleton
  EvaluationWorker worker(
      EvaluatorConfiguration configuration,
      CheckpointStore store,
      CachedTestSets testSets,
      EventPublisher publisher,
      SharedTests tests,
      EvaluationWork work,
      EvaluationStatus status,
      EvaluationMeters meters,
      WorkFolder folder,
      Tracing tracing) {
    Clock clock = Clock.systemUTC();
    StoredCheckpoints checkpoints = new StoredCheckpoints(store);
    Evaluator evaluator =
        new Evaluator(
            tests,
            new RangeScoring(
                checkpoints,
                testSets,
                new ModelEvaluation(configuration.samples(), configuration.device(), tracing),
                work,
                folder.path(),
                tracing),
            checkpoints,
            new EvaluationPublisher(
                publisher::publish, new PublishedEvaluations(configuration.broker()), clock),
            new EvaluationLog(meters),
            tracing,
            clock);
    return new EvaluationWorker(work, evaluator, status);
  }

  void close(@Disposes EvaluationWorker worker) {
    worker.close();
  }
}
