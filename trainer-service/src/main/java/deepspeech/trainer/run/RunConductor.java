package deepspeech.trainer.run;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.OutOfMemoryException;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.StepResult;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.Argument;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.Split;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.operations.logging.LogContext;
import deepspeech.trainer.checkpoint.CheckpointAnnouncement;
import deepspeech.trainer.checkpoint.CheckpointFit;
import deepspeech.trainer.checkpoint.CheckpointWriter;
import deepspeech.trainer.checkpoint.CommittedCheckpoint;
import deepspeech.trainer.checkpoint.LoadedCheckpoint;
import deepspeech.trainer.checkpoint.PendingEvaluations;
import deepspeech.trainer.checkpoint.StartingPoint;
import deepspeech.trainer.checkpoint.WorkDirectory;
import deepspeech.trainer.progress.ProgressReporter;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.RunStoppedException;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TakenOverException;
import deepspeech.trainer.training.TracedTraining;
import deepspeech.trainer.training.TrainingRun;
import deepspeech.trainer.training.TrainingState;
import io.opentelemetry.api.trace.Span;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Conducts one run from the queue to its end: data set, model, training and published state. */
public final class RunConductor implements RunWorker.Conductor {
  private static final Logger LOG = LoggerFactory.getLogger(RunConductor.class);

  private final RunRegistry registry;
  private final CheckpointStore store;
  private final StartingPoint startingPoint;
  private final BiFunction<RunId, StopSignal, TrainingData> dataOf;
  private final RunEvents events;
  private final PendingEvaluations pendingEvaluations;
  private final RunLeases tenures;
  private final WorkDirectory workDirectory;
  private final Supplier<Map<String, Long>> sharedLag;
  private final Consumer<String> console;
  private final Clock clock;
  private final Tracing tracing;

  /**
   * Conducts runs, one after the other.
   *
   * @param dataOf opens the training data of a run; a raised signal ends its waits
   * @param pendingEvaluations the checkpoints that retention keeps until they are tested
   * @param tenures claims each run before it is trained
   * @param workDirectory the directory for the files of checkpoints before the upload
   * @param sharedLag returns the number of unprocessed messages of each shared topic; must not
   *     block
   * @param console receives a line or a block of lines per call
   */
  public RunConductor(
      RunRegistry registry,
      CheckpointStore store,
      StartingPoint startingPoint,
      BiFunction<RunId, StopSignal, TrainingData> dataOf,
      RunEvents events,
      PendingEvaluations pendingEvaluations,
      RunLeases tenures,
      WorkDirectory workDirectory,
      Supplier<Map<String, Long>> sharedLag,
      Consumer<String> console,
      Clock clock,
      Tracing tracing) {
    this.registry = registry;
    this.store = store;
    this.startingPoint = startingPoint;
    this.dataOf = dataOf;
    this.events = events;
    this.pendingEvaluations = pendingEvaluations;
    this.tenures = tenures;
    this.workDirectory = workDirectory;
    this.sharedLag = sharedLag;
    this.console = console;
    this.clock = clock;
    this.tracing = tracing;
  }

  /**
   * Trains the run until it ends or the signal is raised, and commits its state. A run that cannot
   * start because of its configuration or data is rejected. A run that cannot continue fails. A run
   * that another trainer has taken over is left unchanged. None of these cases throws an exception.
   *
   * <p>The signal takes effect at any point. A stop command ends the run as stopped. A shutdown
   * leaves the run's state unchanged for the next trainer, even if something fails while this
   * trainer shuts down.
   */
  @Override
  public void conduct(RunId run, StopSignal stop) throws InterruptedException {
    LogContext context = LogContext.of(run);
    try {
      tracing.within(
          tracing.span("begin run").setAttribute(SpanAttributes.RUN, run.toString()),
          () -> {
            conductTraced(run, stop);
            return null;
          });
    } catch (TakenOverException e) {
      console.accept(e.getMessage());
    } finally {
      tenures.end(run);
      context.close();
    }
  }

  private void conductTraced(RunId run, StopSignal stop) throws InterruptedException {
    try (TrainingData data = dataOf.apply(run, stop)) {
      End end = end(registry.find(run).orElseThrow(), data, stop);
      if (end.reason() != null) {
        console.accept("Run %s %s: %s".formatted(run, end.status(), end.reason()));
      }
      if (end.status().ended()) {
        data.discard();
        registry.change(run, s -> s.withStatus(end.status(), end.reason(), clock.instant()));
      }
    }
  }

  /**
   * The end of a run.
   *
   * @param reason why the run was rejected or failed; null otherwise
   */
  private record End(RunStatus status, String reason) {}

  private End end(RunState accepted, TrainingData data, StopSignal stop)
      throws InterruptedException {
    RunId run = accepted.run();
    try {
      return train(accepted, data, stop) == TrainingRun.Outcome.FINISHED
          ? new End(RunStatus.FINISHED, null)
          : stopped(run, stop);
    } catch (RunStoppedException e) {
      LOG.debug("run {} {}", run, e.getMessage());
      return stopped(run, stop);
    } catch (InvalidMessageException | DataRefusedException e) {
      boolean begun = status(run) == RunStatus.RUNNING;
      return broken(run, stop, begun ? RunStatus.FAILED : RunStatus.REJECTED, e);
    } catch (RunFailedException | CheckpointStoreException | BrokerException e) {
      return broken(run, stop, RunStatus.FAILED, e);
    }
  }

  private End stopped(RunId run, StopSignal stop) {
    tenures.requireHeld(run);
    return new End(
        stop.reason() == StopSignal.Reason.COMMAND ? RunStatus.STOPPED : status(run), null);
  }

  /**
   * A trainer that shuts down does not mark the run as failed. The next trainer tries the run, and
   * may or may not meet the same failure.
   */
  private End broken(RunId run, StopSignal stop, RunStatus status, RuntimeException failure) {
    if (stop.reason() != StopSignal.Reason.SHUTDOWN) {
      return new End(status, failure.getMessage());
    }
    console.accept(
        "Run %s is left to the next trainer, while this one goes down: %s"
            .formatted(run, failure.getMessage()));
    return stopped(run, stop);
  }

  private RunStatus status(RunId run) {
    return registry.find(run).orElseThrow().status();
  }

  private TrainingRun.Outcome train(RunState accepted, TrainingData data, StopSignal stop)
      throws InterruptedException {
    RunId run = accepted.run();
    stop.requireNotRaised();
    tenures.begin(run, stop);
    stop.requireNotRaised();
    TrainingConfiguration configuration = accepted.configuration();
    CpuProvenance cpu = TorchEngine.computeWith(configuration.cpuThreads());
    Devices devices = Devices.resolve(configuration.useGpu(), configuration.devices());
    DataSetDescription description =
        data.describe(
            Split.TRAIN,
            configuration.data(Split.TRAIN, devices.count()),
            configuration.numEpoch());
    requireUsable(configuration, description);
    Map<String, String> testFiles =
        configuration.testOff()
            ? Map.of()
            : data.describe(Split.TEST, configuration.data(Split.TEST, 1), 1).hashes();
    ModelShape shape =
        new ModelShape(
            configuration.numConvLayers(),
            configuration.numRnnLayers(),
            configuration.rnnLayerSize(),
            description.vocabulary().size());
    stop.requireNotRaised();
    InitialModelState beginning = begin(accepted, shape, description, devices);
    stop.requireNotRaised();
    Optional<TrainingState> resumed = beginning.resumed();
    List<String> warnings = warnings(accepted, beginning, description);
    Provenance provenance =
        Provenance.of(configuration, description.hashes(), testFiles, CodeVersion.ofBuild())
            .computedOn(cpu)
            .begunAs(beginning.begun());
    try (TrainableModel recogniser = beginning.recogniser(shape, configuration, devices);
        CheckpointWriter checkpoints =
            new CheckpointWriter(
                run,
                recogniser,
                description,
                provenance,
                store,
                workDirectory,
                () -> beforePublication(run),
                published -> onPublished(configuration, published),
                tracing)) {
      ProgressReporter reporter =
          new ProgressReporter(
              run,
              console,
              events::metric,
              (position, leftOut) -> changePosition(run, position, leftOut),
              () -> lag(run, data),
              clock);
      DryRun dryRun = new DryRun(configuration, devices, description.largestBatch());
      TracedTraining traced =
          new TracedTraining(
              tracing,
              data,
              (batch, learningRate) -> step(recogniser, batch, learningRate, dryRun),
              checkpoints,
              resumed.map(TrainingState::step).orElse(0L));
      TrainingRun training =
          new TrainingRun(
              run,
              configuration,
              description,
              shape,
              devices.count(),
              traced,
              data,
              traced,
              reporter,
              stop,
              clock,
              resumed);
      keepDescription(
          new RunDescription(run, configuration, shape, description.fingerprint(), provenance));
      reporter.started(configuration, description.utterances(), warnings);
      beginning.report().ifPresent(console);
      stop.requireNotRaised();
      Duration dryRunTook = dryRun.perform(recogniser::rehearse, System::nanoTime);
      console.accept(
          String.format(
              Locale.ROOT, "Dry run: %s, %.1f s", dryRun.shape(), dryRunTook.toNanos() / 1e9));
      stop.requireNotRaised();
      tellBeginning(accepted, beginning, training.leftOut());
      changeToRunning(run, training, description, warnings, resumed);
      data.begin(
          description,
          resumed.map(TrainingState::nextEpoch).orElse(1),
          resumed.map(TrainingState::nextBatch).orElse(0));
      // A span that lasts for days would be lost with the process. The run's span ends here; the
      // spans of batches name the run.
      Span.current().end();
      TrainingRun.Outcome outcome = training.train();
      tenures.requireHeld(run);
      changePosition(run, training.position(), training.leftOut());
      return outcome;
    }
  }

  private static StepResult step(
      TrainableModel recogniser, FeatureBatch batch, double learningRate, DryRun dryRun) {
    LogContext.at(batch.key().epoch(), batch.key().batch());
    try {
      return recogniser.step(RaggedBatch.of(batch), learningRate);
    } catch (OutOfMemoryException e) {
      throw dryRun.tooLarge(e);
    }
  }

  /**
   * Selects the state to start with. A run that was in progress, or that resumes from its latest
   * checkpoint, starts with its newest intact checkpoint. Any other run starts with the checkpoint
   * that its configuration names, or with a new model.
   */
  private InitialModelState begin(
      RunState accepted, ModelShape shape, DataSetDescription description, Devices devices) {
    RunId run = accepted.run();
    TrainingConfiguration configuration = accepted.configuration();
    Optional<ModelReference> named = Optional.empty();
    List<String> passedOver = new ArrayList<>();
    LoadedCheckpoint checkpoint;
    boolean wasUnderWay =
        accepted.status() == RunStatus.RUNNING
            && (accepted.lastCheckpoint() != null || !store.list(run).isEmpty());
    if (wasUnderWay
        || configuration.resumeModel().filter(model -> model.isLatestOf(run)).isPresent()) {
      checkpoint =
          wasUnderWay
              ? startingPoint.newest(run, passedOver::add)
              : startingPoint.latest(run, configuration.resumeModel().get(), passedOver::add);
    } else if (configuration.resumeModel().isPresent()) {
      named = configuration.resumeModel();
      checkpoint = startingPoint.load(run, Argument.RESUME_MODEL, named.get());
    } else if (configuration.pretrainedModel().isPresent()) {
      return InitialModelState.pretrained(
          startingPoint.load(run, Argument.PRETRAINED_MODEL, configuration.pretrainedModel().get()),
          shape,
          configuration,
          description);
    } else {
      return InitialModelState.fresh();
    }
    CheckpointFit.requireSameData(checkpoint, description, configuration, devices.count());
    if (checkpoint.state().run().equals(run)) {
      CheckpointId from = checkpoint.state().checkpoint();
      startingPoint.goBackTo(run, named, from);
      Instant now = now(run);
      pendingEvaluations.wentBack(run, from, now);
      // The run may be stopped before training starts. Its state must not list removed checkpoints
      // then.
      List<CheckpointId> kept = store.list(run);
      registry.change(run, s -> s.withLastCheckpoint(from, now).withCheckpoints(kept, now));
    }
    return (wasUnderWay
            ? InitialModelState.recovering(checkpoint)
            : InitialModelState.resuming(checkpoint, run))
        .warning(
            passedOver.stream()
                .map(
                    damaged ->
                        "%s; passed over, the run goes on from %s"
                            .formatted(damaged, checkpoint.state().checkpoint()))
                .toList());
  }

  /**
   * Collects the warnings of data preparation and of the initial state. A run that was in progress
   * keeps the warnings with which it began.
   */
  private static List<String> warnings(
      RunState accepted, InitialModelState beginning, DataSetDescription description) {
    Set<String> warnings = new LinkedHashSet<>();
    if (accepted.warnings() != null) {
      warnings.addAll(accepted.warnings());
    }
    warnings.addAll(beginning.warnings());
    warnings.addAll(description.warnings());
    return List.copyOf(warnings);
  }

  /**
   * Joins the metric curves. A point that an earlier trainer published before it disappeared is not
   * published again. If a command takes the run back to an earlier checkpoint, a point marks it.
   */
  private void tellBeginning(
      RunState accepted, InitialModelState beginning, Map<SkipReason, Integer> leftOut)
      throws InterruptedException {
    RunId run = accepted.run();
    if (beginning.recovered().isPresent()) {
      LoadedCheckpoint checkpoint = beginning.recovered().get();
      events.recover(run, checkpoint.takenAt(), leftOut);
      // The trainer may have disappeared after it committed the checkpoint and before it published
      // the event and the metric points.
      announce(accepted.configuration(), checkpoint.stored());
      if (checkpoint.takenAt().isAfter(Instant.EPOCH)) {
        tellCost(
            checkpoint.state(),
            checkpoint.stored(),
            Duration.between(checkpoint.takenAt(), checkpoint.stored().publishedAt()));
      }
      // It may also have disappeared before retention had removed all old checkpoints.
      store.retain(run, pendingEvaluations.of(run));
    } else if (accepted.status() == RunStatus.RUNNING) {
      // The trainer disappeared before the first checkpoint. Its points may be from any time.
      events.recover(run, Instant.EPOCH, leftOut);
    } else {
      beginning
          .resumed()
          .filter(state -> state.run().equals(run))
          .ifPresent(state -> metric(state, MetricName.RESUMED, (double) state.step()));
    }
  }

  private static void requireUsable(
      TrainingConfiguration configuration, DataSetDescription description) {
    if (description.utterances() == 0) {
      throw new DataRefusedException(
          "%s: no usable utterance, left out: %s"
              .formatted(configuration.trainManifest(), description.leftOut()),
          null);
    }
  }

  private void keepDescription(RunDescription description) {
    byte[] content = Json.write(description);
    store
        .readRun(description.run())
        .ifPresentOrElse(
            there -> store.replaceRun(description.run(), there, content),
            () -> store.createRun(description.run(), content));
  }

  /**
   * Waits until all points are published. A trainer that resumes from a checkpoint does not publish
   * the points before it again.
   */
  private void beforePublication(RunId run) {
    events.awaitTold();
    tenures.requireHeld(run);
  }

  private void onPublished(TrainingConfiguration configuration, CommittedCheckpoint published) {
    TrainingState state = published.state();
    RunId run = state.run();
    Instant announced = announce(configuration, published.stored());
    registry.change(run, s -> s.withLastCheckpoint(state.checkpoint(), announced));
    tellCost(state, published.stored(), published.took());
    List<CheckpointId> kept = store.retain(run, pendingEvaluations.of(run)).kept();
    registry.change(run, s -> s.withCheckpoints(kept, clock.instant()));
  }

  private Map<String, Long> lag(RunId run, TrainingData data) {
    Map<String, Long> lag = new TreeMap<>(sharedLag.get());
    lag.put(Topics.featuresName(run, Split.TRAIN), (long) data.ready());
    return lag;
  }

  private void tellCost(TrainingState state, StoredCheckpoint stored, Duration took) {
    metric(state, MetricName.CHECKPOINT_BYTES, (double) stored.size());
    metric(state, MetricName.CHECKPOINT_SECONDS, took.toNanos() / 1e9);
  }

  /** Publishes the event of a checkpoint, and returns the time of the event. */
  private Instant announce(TrainingConfiguration configuration, StoredCheckpoint stored) {
    CheckpointPublished announcement =
        CheckpointAnnouncement.of(
            stored,
            configuration.testOff() ? null : configuration.data(Split.TEST, 1),
            now(stored.run()));
    pendingEvaluations.announced(announcement);
    events.checkpoint(announcement, CheckpointAnnouncement.id(stored));
    return announcement.time();
  }

  private void metric(TrainingState state, MetricName name, double value) {
    events.metric(
        new MetricPoint(
            state.run(),
            name,
            value,
            state.step(),
            state.checkpoint().epoch(),
            state.checkpoint().batch(),
            now(state.run())));
  }

  private void changeToRunning(
      RunId run,
      TrainingRun training,
      DataSetDescription description,
      List<String> warnings,
      Optional<TrainingState> resumed) {
    Instant now = now(run);
    Optional<CheckpointId> begunWith =
        resumed.filter(state -> state.run().equals(run)).map(TrainingState::checkpoint);
    List<CheckpointId> kept = store.list(run);
    List<CheckpointId> pinned = store.pinned(run);
    registry.change(
        run,
        s ->
            s.withStatus(RunStatus.RUNNING, null, now)
                .withPosition(training.position(), now)
                .withLastCheckpoint(begunWith.orElse(s.lastCheckpoint()), now)
                .withCheckpoints(kept, now)
                .withPinned(s.pinned() == null ? pinned : s.pinned(), now)
                .withData(description.utterances(), warnings, now)
                .withLeftOut(training.leftOut(), now));
  }

  private Instant now(RunId run) {
    return registry.time(run, clock.instant());
  }

  private void changePosition(RunId run, Position position, Map<SkipReason, Integer> leftOut) {
    registry.change(
        run, s -> s.withPosition(position, clock.instant()).withLeftOut(leftOut, clock.instant()));
  }
}
