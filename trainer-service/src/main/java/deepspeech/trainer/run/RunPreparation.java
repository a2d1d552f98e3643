package deepspeech.trainer.run;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.build.CodeVersion;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.checkpoint.Provenance;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.identity.Split;
import deepspeech.messages.run.RunState;
import deepspeech.trainer.checkpoint.CheckpointAccess;
import deepspeech.trainer.checkpoint.EpochWindow;
import deepspeech.trainer.progress.StartReport;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.RunStoppedException;
import deepspeech.trainer.training.StopSignal;
import deepspeech.trainer.training.TrainingSetup;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Prepares the training of a run: describes its data, loads its model, and tries the largest batch.
 */
final class RunPreparation {
  private final CheckpointStore store;
  private final InitialModelResolver initialModels;
  private final StartReport startReport;
  private final Consumer<String> console;

  RunPreparation(RunJournal journal, CheckpointAccess access, Consumer<String> console) {
    this.store = access.store();
    this.initialModels = new InitialModelResolver(journal, access);
    this.startReport = new StartReport(console, journal.clock());
    this.console = console;
  }

  /**
   * Prepares a run, and prints with what it starts.
   *
   * @param accepted its state; this trainer holds its lease
   * @throws InvalidMessageException if the configuration does not fit the data or the checkpoint
   * @throws DataRefusedException if the data cannot be used
   * @throws InsufficientMemoryException if this trainer has not enough memory
   * @throws RunFailedException if a newer version has accepted the run with arguments that are
   *     unknown here
   * @throws RunStoppedException if the signal is raised
   */
  PreparedRun prepare(RunState accepted, TrainingData data, StopSignal stop)
      throws InterruptedException {
    TrainingConfiguration configuration = accepted.configuration();
    requireKnown(configuration);
    CpuProvenance cpu = TorchEngine.computeWith(configuration.cpuThreads());
    Devices devices = Devices.resolve(configuration.useGpu(), configuration.devices());
    Optional<String> slow = PrecisionCheck.warning(configuration, cpu, devices.gpus());
    DataSetDescription description =
        data.describe(
            Split.TRAIN,
            configuration.data(Split.TRAIN, devices.count()),
            configuration.numEpoch());
    requireUsable(configuration, description);
    var unused = TrainingSetup.learningRates(configuration, description, devices.count());
    Map<String, String> testFiles =
        configuration.testOff()
            ? Map.of()
            : data.describe(Split.TEST, configuration.data(Split.TEST, 1), 1).hashes();
    ModelShape shape = shape(configuration, description);
    stop.requireNotRaised();
    InitialModelState initial =
        initialModels.resolve(accepted, shape, description, devices.count());
    stop.requireNotRaised();
    PreparedRun prepared =
        new PreparedRun(
            accepted,
            new TrainingSetup(
                accepted.run(),
                configuration,
                description,
                shape,
                devices.count(),
                initial.resumed()),
            initial.recovered(),
            Provenance.of(configuration, description.hashes(), testFiles, CodeVersion.ofBuild())
                .computedOn(cpu)
                .begunAs(initial.begun()),
            warnings(accepted, initial, description, slow),
            initial.model(shape, configuration, devices),
            new EpochWindow(configuration.averaging().checkpoints(), initial.epochs()),
            new DryRun(configuration, devices, description.largestBatch()));
    try {
      return rehearse(prepared, initial.report(), stop);
    } catch (RuntimeException | Error e) {
      prepared.close();
      throw e;
    }
  }

  /** Not the fault of the command, which the trainer that accepted it knew. */
  private static void requireKnown(TrainingConfiguration configuration) {
    try {
      configuration.requireKnown();
    } catch (InvalidMessageException e) {
      throw new RunFailedException(e.getMessage(), e);
    }
  }

  private static void requireUsable(
      TrainingConfiguration configuration, DataSetDescription description) {
    if (description.utterances() == 0) {
      throw new DataRefusedException(
          "%s: no usable utterance, skipped: %s"
              .formatted(configuration.trainManifest(), description.skipped()),
          null);
    }
  }

  private static ModelShape shape(
      TrainingConfiguration configuration, DataSetDescription description) {
    return new ModelShape(
        configuration.numConvLayers(),
        configuration.numRnnLayers(),
        configuration.rnnLayerSize(),
        description.vocabulary().size());
  }

  /**
   * Collects the warnings of data preparation, of the initial state and of the precision. A run
   * that was in progress keeps the warnings with which it began, except for those of precision and
   * memory, which were about the devices of its trainer then.
   */
  private static List<String> warnings(
      RunState accepted,
      InitialModelState initial,
      DataSetDescription description,
      Optional<String> ofPrecision) {
    Set<String> warnings = new LinkedHashSet<>();
    if (accepted.warnings() != null) {
      warnings.addAll(
          RunWarnings.without(accepted.warnings(), PrecisionCheck.BEGINNING, DryRun.LARGEST));
    }
    warnings.addAll(initial.warnings());
    warnings.addAll(description.warnings());
    ofPrecision.ifPresent(warnings::add);
    return List.copyOf(warnings);
  }

  /** Writes and prints what the run trains, and performs the dry run, which may add a warning. */
  private PreparedRun rehearse(
      PreparedRun prepared, Optional<String> vocabularyReport, StopSignal stop) {
    TrainingSetup setup = prepared.setup();
    writeDescription(
        new RunDescription(
            setup.run(),
            setup.configuration(),
            setup.shape(),
            setup.data().fingerprint(),
            prepared.provenance()));
    startReport.print(setup.configuration(), setup.data().utterances(), prepared.warnings());
    vocabularyReport.ifPresent(console);
    stop.requireNotRaised();
    DryRun dryRun = prepared.dryRun();
    int batches = setup.configuration().accumulateBatches();
    DryRun.Result result =
        dryRun.perform(largest -> prepared.model().rehearse(largest, batches), System::nanoTime);
    console.accept(
        String.format(
            Locale.ROOT, "Dry run: %s, %.1f s", dryRun.shape(), result.took().toNanos() / 1e9));
    stop.requireNotRaised();
    if (!result.recomputed()) {
      return prepared;
    }
    console.accept("Warning: " + dryRun.recomputation());
    return prepared.withWarning(dryRun.recomputation());
  }

  private void writeDescription(RunDescription description) {
    byte[] content = Json.write(description);
    store
        .readRun(description.run())
        .ifPresentOrElse(
            existing -> store.replaceRun(description.run(), existing, content),
            () -> store.createRun(description.run(), content));
  }
}
