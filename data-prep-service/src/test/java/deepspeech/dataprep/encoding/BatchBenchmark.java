package deepspeech.dataprep.encoding;

import deepspeech.dataprep.audio.WavBytes;
import deepspeech.dataprep.dataset.Corpus;
import deepspeech.dataprep.dataset.DataSet;
import deepspeech.dataprep.dataset.DataSets;
import deepspeech.dataprep.features.FeatureShape;
import deepspeech.dataprep.features.LinearSpectrogram;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * How many seconds of audio one core prepares in a second, by the CPU time of the whole process, so
 * that other load does not count. No test: run {@code main}, see the module's README.
 */
public final class BatchBenchmark {
  private static final int UTTERANCES = 32;
  private static final double SECONDS = 8;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 4_000_000_000L;

  private BatchBenchmark() {}

  /** Prints the factor of each round; the later ones count. */
  public static void main(String... arguments) throws Exception {
    if (List.of(arguments).contains("--augmentation-only")) {
      augmentedBatches();
      return;
    }
    spectrogram();
    for (int sampleRate : new int[] {16_000, 8_000, 44_100}) {
      inFolder(folder -> batches(folder, sampleRate, ""));
    }
    augmentedBatches();
  }

  private static void augmentedBatches() throws Exception {
    String seeds =
        Files.readString(Path.of("src/test/resources/augmentation/seed-augmentation.json"));
    inFolder(folder -> batches(folder, 16_000, seeds));
  }

  private static void inFolder(Trial trial) throws Exception {
    Path folder = Files.createTempDirectory("batch-benchmark");
    try {
      trial.run(folder);
    } finally {
      delete(folder);
    }
  }

  private static void spectrogram() throws Exception {
    float[] samples = noise(FeatureShape.SAMPLE_RATE);
    LinearSpectrogram spectrogram = new LinearSpectrogram();
    float[] features = new float[FeatureShape.frames(samples.length) * FeatureShape.BINS];
    report(
        "spectrogram of samples",
        () -> {
          spectrogram.compute(samples, samples.length, 1, features);
          return SECONDS;
        });
  }

  private static void batches(Path folder, int sampleRate, String augmentation) throws Exception {
    Corpus corpus = Corpus.in(folder);
    byte[] file = WavBytes.pcm16(noise(sampleRate), sampleRate);
    for (int i = 0; i < UTTERANCES; i++) {
      corpus.audio("wav/%d.wav".formatted(i), file, SECONDS, "a b c");
    }
    String conf = "None";
    String what = "without augmentation";
    if (!augmentation.isEmpty()) {
      conf = "augmentation.json";
      what = "with the seed's augmentation";
      corpus.file(conf, augmentation);
      Files.createDirectories(folder.resolve("dataset"));
      corpus.file("dataset/manifest.noise", "{\"audio_filepath\": \"set/wav/0.wav\"}\n");
    }
    DatasetRoot root = new DatasetRoot(folder);
    DataSet dataSet =
        new DataSets(root)
            .open(
                Split.TRAIN,
                specification(corpus.specification(UTTERANCES, "batch_shuffle"), conf));
    ExecutorService worker = Executors.newSingleThreadExecutor();
    try {
      BatchFunction function = new BatchFunction(root, worker);
      int[] epoch = {0};
      report(
          "batch of %d Hz WAV files to safetensors parts, %s".formatted(sampleRate, what),
          () -> {
            epoch[0]++;
            long bytes = 0;
            for (FeatureBatchPart part :
                FeatureBatchCodec.encode(function.batch(dataSet, new RunId("b"), epoch[0], 0))) {
              bytes += part.body().length;
            }
            if (bytes == 0) {
              throw new IllegalStateException("an empty batch");
            }
            return UTTERANCES * SECONDS;
          });
    } finally {
      worker.shutdownNow();
    }
  }

  private static void report(String name, Work work) throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      long start = cpuNanos();
      double audio = 0;
      while (cpuNanos() - start < ROUND_NANOS) {
        audio += work.run();
      }
      double factor = audio / ((cpuNanos() - start) / 1e9);
      System.out.printf(Locale.ROOT, "%s, round %d: %.0f times real time%n", name, round, factor);
    }
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static float[] noise(int sampleRate) {
    float[] samples = new float[(int) (SECONDS * sampleRate)];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (random.nextDouble() - 0.5);
    }
    return samples;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private static DataSpecification specification(DataSpecification plain, String augmentation) {
    return new DataSpecification(
        plain.manifest(),
        plain.vocabPath(),
        plain.meanStdPath(),
        augmentation,
        plain.minDuration(),
        plain.maxDuration(),
        plain.batchSize(),
        plain.maxBatchFrames(),
        plain.devices(),
        plain.shuffleMethod(),
        plain.textNormalisation(),
        plain.unknownCharacters(),
        plain.seed());
  }

  /** Measures something with files in a folder. */
  private interface Trial {
    void run(Path folder) throws Exception;
  }

  /** Returns the seconds of audio that it worked on. */
  private interface Work {
    double run() throws Exception;
  }
}
