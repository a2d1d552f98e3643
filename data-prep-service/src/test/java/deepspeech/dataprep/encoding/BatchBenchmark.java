package deepspeech.dataprep.encoding;

import deepspeech.dataprep.audio.WavBytes;
import deepspeech.dataprep.dataset.Corpus;
import deepspeech.dataprep.dataset.DataSet;
import deepspeech.dataprep.dataset.DataSets;
import deepspeech.dataprep.features.FeatureShape;
import deepspeech.dataprep.features.LinearSpectrogram;
import deepspeech.dataprep.manifest.DatasetRoot;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
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
    spectrogram();
    for (int sampleRate : new int[] {16_000, 8_000, 44_100}) {
      Path folder = Files.createTempDirectory("batch-benchmark");
      try {
        batches(folder, sampleRate);
      } finally {
        delete(folder);
      }
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

  private static void batches(Path folder, int sampleRate) throws Exception {
    Corpus corpus = Corpus.in(folder);
    byte[] file = WavBytes.pcm16(noise(sampleRate), sampleRate);
    for (int i = 0; i < UTTERANCES; i++) {
      corpus.audio("wav/%d.wav".formatted(i), file, SECONDS, "a b c");
    }
    DatasetRoot root = new DatasetRoot(folder);
    DataSet dataSet =
        new DataSets(root).open(Split.TRAIN, corpus.specification(UTTERANCES, "batch_shuffle"));
    ExecutorService worker = Executors.newSingleThreadExecutor();
    try {
      BatchFunction function = new BatchFunction(root, worker);
      report(
          "batch of %d Hz WAV files to safetensors parts".formatted(sampleRate),
          () -> {
            long bytes = 0;
            for (FeatureBatchPart part :
                FeatureBatchCodec.encode(function.batch(dataSet, new RunId("b"), 1, 0))) {
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

  /** Returns the seconds of audio that it worked on. */
  private interface Work {
    double run() throws Exception;
  }
}
