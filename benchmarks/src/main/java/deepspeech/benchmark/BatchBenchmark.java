package deepspeech.benchmark;

import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.DataFileException;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.encoding.SharedFeatures;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Measures the whole batch function on one thread, from WAV files, which the system's cache holds,
 * to the bodies of the records: the pipeline without Kafka.
 */
@State(Scope.Thread)
public class BatchBenchmark extends RealTimeFactor {
  private static final int UTTERANCES = 32;
  private static final long SHARED_BYTES = 1L << 28;
  private static final RunId RUN = new RunId("benchmark");

  @Param({"8000", "16000", "44100"})
  private int sampleRate;

  /** {@code python} selects the Python project's own file, conf/augmentation.json. */
  @Param({"none", "python"})
  private String augmentation;

  private BenchmarkCorpus corpus;
  private ExecutorService worker;
  private BatchFunction function;
  private BatchFunction sharing;
  private DataSet dataSet;
  private int epoch;

  @Setup
  public void open() throws IOException, DataFileException {
    corpus = BenchmarkCorpus.write(UTTERANCES, sampleRate);
    DatasetRoot root = new DatasetRoot(corpus.root());
    worker = Executors.newSingleThreadExecutor();
    function = new BatchFunction(root, worker);
    sharing = new BatchFunction(DataStorage.under(root), worker, new SharedFeatures(SHARED_BYTES));
    dataSet =
        new DataSets(root)
            .open(
                Split.TRAIN,
                corpus.specification(
                    UTTERANCES, augmentation.equals("none") ? null : corpus.pythonAugmentation()));
  }

  @TearDown
  public void close() throws IOException {
    worker.shutdownNow();
    corpus.close();
  }

  @Benchmark
  public List<FeatureBatchPart> batch(Audio audio) throws InterruptedException {
    epoch++;
    audio.seconds += UTTERANCES * BenchmarkCorpus.SECONDS;
    return FeatureBatchCodec.encode(function.batch(dataSet, RUN, 1 + epoch % 1000, 0));
  }

  /** The same batch when a run side by side with this one has its features computed. */
  @Benchmark
  public List<FeatureBatchPart> batchOfAnotherRun(Audio audio) throws InterruptedException {
    audio.seconds += UTTERANCES * BenchmarkCorpus.SECONDS;
    return FeatureBatchCodec.encode(sharing.batch(dataSet, RUN, 1, 0));
  }
}
