package deepspeech.benchmark.learning;

import deepspeech.acoustic.model.Devices;
import deepspeech.acoustic.model.FrozenLayers;
import deepspeech.acoustic.model.ModelShape;
import deepspeech.acoustic.model.ModelState;
import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.acoustic.model.StepResult;
import deepspeech.acoustic.model.TrainableModel;
import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.tensor.Tensor;
import deepspeech.speech.DataFileException;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.storage.DatasetRoot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Measures how well a model learns a data set: train loss and test CER of each epoch, with the
 * trainer's model and optimiser and data-prep's batches, without services between them. Each aspect
 * of the training can be changed, see {@link LearningSettings}. The training can be exported for
 * the independent program in {@code acoustic-model/reference}.
 */
public final class LearningBenchmark {
  private static final RunId RUN = new RunId("learning");

  private final LearningSettings settings;
  private final BatchFunction function;
  private final DataSet train;
  private final DataSet test;

  private LearningBenchmark(LearningSettings settings, DatasetRoot root, ExecutorService workers)
      throws DataFileException {
    this.settings = settings;
    function = new BatchFunction(root, workers);
    DataSets dataSets = new DataSets(root);
    train = dataSets.open(Split.TRAIN, settings.specification("manifest.train"));
    test = dataSets.open(Split.TEST, settings.specification("manifest.test"));
  }

  /** Runs the benchmark; see the class. */
  public static void main(String... arguments) throws InterruptedException, IOException {
    ExecutorService workers = Executors.newSingleThreadExecutor();
    try {
      LearningSettings settings = new LearningSettings(List.of(arguments));
      new LearningBenchmark(settings, new DatasetRoot(settings.data()), workers).run();
    } catch (LearningSettings.InvalidSettingException
        | InvalidMessageException
        | DataFileException e) {
      System.err.println("benchmarks/run learning: " + e.getMessage());
      System.exit(2);
    } finally {
      workers.shutdown();
    }
  }

  private void run() throws InterruptedException, IOException {
    List<String> vocabulary = train.describe(RUN, "1", 1).vocabulary();
    ModelShape shape = settings.shape(vocabulary.size());
    Map<String, Tensor> initial = new InitialWeights(settings, shape).all();
    List<FeatureBatch> testBatches = new ArrayList<>();
    for (int batch = 0; batch < test.batches(1); batch++) {
      testBatches.add(function.batch(test, RUN, 1, batch));
    }
    Optional<LearningExport> export = export(shape, initial, vocabulary, testBatches);
    TestSetScore score = new TestSetScore(testBatches, vocabulary);
    try (TrainableModel model =
        TrainableModel.restore(
            shape, ModelState.of(initial), FrozenLayers.NONE, settings.step(), Devices.CPU)) {
      System.out.println(settings);
      long start = System.nanoTime();
      TestedRates rates = new TestedRates(settings.schedule(), rates());
      TestedAverages averages = new TestedAverages(shape, score, settings.averagedEpochs());
      for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
        String losses = train(model, epoch, rates.of(epoch), export);
        double cer = score.cer(model);
        rates.tested(cer);
        System.out.printf(
            "epoch %d: %s, cer %.4f%s, %.0f s%n",
            epoch,
            losses,
            cer,
            averages.endOfEpoch(epoch, model.state()),
            (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private LearningRateSchedule rates() {
    int[] steps = IntStream.rangeClosed(1, settings.epochs()).map(this::steps).toArray();
    return LearningRateSchedule.of(settings.schedule(), steps, 1);
  }

  private int steps(int epoch) {
    return (train.batches(epoch) + settings.accumulatedBatches() - 1)
        / settings.accumulatedBatches();
  }

  private String train(
      TrainableModel model, int epoch, LearningRateSchedule rates, Optional<LearningExport> export)
      throws InterruptedException, IOException {
    double loss = 0;
    int utterances = 0;
    int clipped = 0;
    for (int step = 0; step < steps(epoch); step++) {
      int first = step * settings.accumulatedBatches();
      int end = Math.min(first + settings.accumulatedBatches(), train.batches(epoch));
      for (int batch = first; batch < end; batch++) {
        FeatureBatch features = function.batch(train, RUN, epoch, batch);
        if (export.isPresent()) {
          export.get().train(features);
        }
        var unused = model.add(RaggedBatch.of(features));
        utterances += features.size();
      }
      StepResult result = model.step(rates.at(epoch, step));
      loss += result.loss();
      clipped += result.gradientNorm() > settings.optimizer().maximumNorm() ? 1 : 0;
    }
    return "loss %.3f, clipped %d of %d".formatted(loss / utterances, clipped, steps(epoch));
  }

  private Optional<LearningExport> export(
      ModelShape shape,
      Map<String, Tensor> initial,
      List<String> vocabulary,
      List<FeatureBatch> testBatches)
      throws IOException {
    if (settings.export().isEmpty()) {
      return Optional.empty();
    }
    LearningExport export = new LearningExport(settings.export().get());
    export.initial(initial);
    export.describe(
        new LearningExport.Description(
            shape.numConvLayers(),
            shape.numRnnLayers(),
            shape.rnnLayerSize(),
            vocabulary,
            settings.optimizer().weightDecay(),
            settings.optimizer().maximumNorm(),
            IntStream.rangeClosed(1, settings.epochs())
                .mapToDouble(epoch -> rates().at(epoch, 0))
                .toArray()));
    for (FeatureBatch batch : testBatches) {
      export.test(batch);
    }
    return Optional.of(export);
  }
}
