package deepspeech.trainer.bare;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.StepResult;
import deepspeech.acoustic.model.StepSettings;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.acoustic.torchscript.TorchEngine;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CpuProvenance;
import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.runtime.process.ProcessMemory;
import deepspeech.trainer.training.TrainingSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A program that trains as a run does, with nothing around the steps: the same model, devices,
 * threads and batches, which are all in memory before the first step. {@code deepspeech benchmark}
 * compares the pipeline with it.
 */
public final class BareStep {
  private static final int FAILED = 1;

  private BareStep() {}

  /**
   * Trains, and writes the times of the steps to a file.
   *
   * @param arguments a name for the feature topic, as that of a run; the file; the configuration in
   *     JSON
   */
  public static void main(String... arguments) throws InterruptedException {
    try {
      TrainingConfiguration configuration =
          Json.read(arguments[2].getBytes(StandardCharsets.UTF_8), TrainingConfiguration.class);
      BareStepResult result =
          measure(
              BrokerConfiguration.of(EnvironmentVariables.ofProcess()),
              new RunId(arguments[0]),
              configuration);
      Files.write(Path.of(arguments[1]), Json.write(result));
    } catch (IOException | RuntimeException e) {
      System.err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      System.exit(FAILED);
    }
    // The threads of PyTorch and of the broker's clients need not end first.
    System.exit(0);
  }

  static BareStepResult measure(
      BrokerConfiguration broker, RunId run, TrainingConfiguration configuration)
      throws InterruptedException {
    CpuProvenance cpu = TorchEngine.computeWith(configuration.cpuThreads());
    Devices devices = Devices.resolve(configuration.useGpu(), configuration.devices());
    HeldBatches held =
        HeldBatches.fetch(
            broker,
            run,
            configuration.data(Split.TRAIN, devices.count()),
            configuration.numEpoch(),
            System.err::println);
    DataSetDescription data = held.description();
    ModelShape shape =
        new ModelShape(
            configuration.numConvLayers(),
            configuration.numRnnLayers(),
            configuration.rnnLayerSize(),
            data.vocabulary().size());
    LearningRateSchedule rates = TrainingSetup.learningRates(configuration, data, devices.count());
    try (TrainableModel model =
        TrainableModel.initialise(
            shape, configuration.seed(), StepSettings.of(configuration), devices)) {
      List<MeasuredStep> steps =
          train(model, held.batches(), rates, configuration.accumulateBatches());
      return new BareStepResult(
          cpu.threads(),
          devices.count(),
          ProcessMemory.of(ProcessHandle.current().pid()).orElse(null),
          steps);
    }
  }

  /**
   * Takes a step for each group of batches, which begin with the first one of an epoch.
   *
   * @param accumulated {@code accumulate_batches}
   */
  static List<MeasuredStep> train(
      TrainableModel model,
      List<HeldBatches.Held> batches,
      LearningRateSchedule rates,
      int accumulated) {
    Map<HeldBatches.StepPlace, List<HeldBatches.Held>> groups =
        batches.stream()
            .collect(
                Collectors.groupingBy(
                    batch -> batch.step(accumulated), LinkedHashMap::new, Collectors.toList()));
    List<MeasuredStep> steps = new ArrayList<>();
    long begin = System.nanoTime();
    int added = 0;
    for (Map.Entry<HeldBatches.StepPlace, List<HeldBatches.Held>> entry : groups.entrySet()) {
      List<HeldBatches.Held> group = entry.getValue();
      for (HeldBatches.Held batch : group) {
        added++;
        int next = added;
        var unused =
            model.add(
                batch.features(),
                () -> batches.stream().skip(next).findFirst().map(HeldBatches.Held::features));
      }
      StepResult result = model.step(rates.at(entry.getKey().epoch(), entry.getKey().number()));
      steps.add(
          new MeasuredStep(
              entry.getKey().epoch(),
              group.get(group.size() - 1).batch(),
              group.stream().mapToInt(batch -> batch.features().size()).sum(),
              result.meanLoss(),
              (System.nanoTime() - begin) / 1e9));
    }
    return steps;
  }
}
