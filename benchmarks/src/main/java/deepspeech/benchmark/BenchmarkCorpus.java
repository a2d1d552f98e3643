package deepspeech.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextRules;
import deepspeech.speech.features.MeanStd;
import deepspeech.speech.features.MeanStdFile;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * A data set of 16-bit mono WAV files in a temporary folder, which is deleted on close. The samples
 * are noise with a slowly varying level, because their content does not affect the processing time.
 */
public final class BenchmarkCorpus implements AutoCloseable {
  /** Length of every utterance. The mean of AISHELL's training utterances is 4.5 s. */
  public static final double SECONDS = 5;

  private static final String MANIFEST = "manifest.train";
  private static final String NOISE_MANIFEST = "manifest.noise";
  private static final String AUGMENTATION = "augmentation.json";
  private static final String TEST_MANIFEST = "manifest.test";
  private static final String TEST_VOCABULARY = "vocab.test.txt";
  private static final String VOCABULARY = "vocab.txt";

  /** The tokens of {@code vocab.txt} in the corpus folder, the blank first. */
  public static final List<String> TOKENS = List.of("<blank>", "a", "b", "c", " ");

  private static final String MEAN_STD = "mean_std.npz";
  private static final String IMPULSE_MANIFEST = "manifest.impulse";
  private static final double NOISE_SECONDS = 30;
  private static final double ROOM_SECONDS = 0.5;
  private static final int SAMPLE_RATE = 16_000;
  private static final int SHARED_FILES = 8;

  private final Path root;

  private BenchmarkCorpus(Path root) {
    this.root = root;
  }

  /** Writes a data set with a number of utterances at a sample rate, in Hz. */
  public static BenchmarkCorpus write(int utterances, int sampleRate) throws IOException {
    BenchmarkCorpus corpus =
        new BenchmarkCorpus(Files.createTempDirectory("deepspeech-benchmark").toRealPath());
    for (int i = 0; i < utterances; i++) {
      corpus.wav(i + ".wav", SECONDS, sampleRate, i);
    }
    corpus.wav("noise.wav", NOISE_SECONDS, sampleRate, -1);
    corpus.wav("room.wav", ROOM_SECONDS, sampleRate, -2);
    corpus.manifest(MANIFEST, utterances, SECONDS, "%d.wav", "a b c a b c");
    corpus.manifest(NOISE_MANIFEST, 1, NOISE_SECONDS, "noise.wav", "");
    corpus.manifest(IMPULSE_MANIFEST, 1, ROOM_SECONDS, "room.wav", "");
    Files.write(corpus.root.resolve(VOCABULARY), TOKENS);
    double[] mean = new double[161];
    double[] std = new double[161];
    Arrays.fill(mean, -16);
    Arrays.fill(std, 3);
    Files.write(corpus.root.resolve(MEAN_STD), MeanStdFile.write(new MeanStd(mean, std)));
    return corpus;
  }

  public Path root() {
    return root;
  }

  Path audio(int utterance) {
    return root.resolve(utterance + ".wav");
  }

  /**
   * Writes an augmentation file and returns its path. The file may name the noise manifest and the
   * impulse manifest of the corpus.
   */
  String augmentation(String json) throws IOException {
    Files.writeString(root.resolve(AUGMENTATION), json);
    return AUGMENTATION;
  }

  /** Writes the augmentation file that the Python project comes with, and returns its path. */
  public String pythonAugmentation() throws IOException {
    return augmentation(
        """
        [
          {"type": "noise", "prob": 0.5, "params":
            {"min_snr_dB": 10, "max_snr_dB": 50, "noise_manifest_path": "manifest.noise"}},
          {"type": "speed", "prob": 0.5, "params": {"min_speed_rate": 0.9, "max_speed_rate": 1.1}},
          {"type": "shift", "prob": 0.5, "params": {"min_shift_ms": -5, "max_shift_ms": 5}},
          {"type": "volume", "prob": 0.5, "params": {"min_gain_dBFS": -15, "max_gain_dBFS": 15}},
          {"type": "specaug", "prob": 1.0, "params":
            {"F": 10, "T": 50, "n_freq_masks": 2, "n_time_masks": 2, "p": 1.0, "W": 80,
             "adaptive_number_ratio": 0, "adaptive_size_ratio": 0, "max_n_time_masks": 20}}
        ]
        """);
  }

  /**
   * The specification of the data set for a request.
   *
   * @param augmentation path of an augmentation file, or null
   */
  public DataSpecification specification(int batchSize, String augmentation) {
    return specification(MANIFEST, VOCABULARY, augmentation, 20, batchSize);
  }

  private static DataSpecification specification(
      String manifest, String vocabulary, String augmentation, double longest, int batchSize) {
    return new DataSpecification(
        new DataFiles(manifest, vocabulary, MEAN_STD, augmentation),
        new DurationLimits(0, longest),
        new Batching(batchSize, "batch_shuffle"),
        TextRules.DEFAULT,
        1);
  }

  /**
   * Writes a training manifest of many utterances that share a few audio files, each under a path
   * of its own, and returns the specification for a request.
   *
   * @param name file name of the manifest
   * @param seconds length of each utterance
   */
  public DataSpecification shared(String name, int lines, double seconds, int batchSize)
      throws IOException {
    for (int i = 0; i < SHARED_FILES; i++) {
      wav("shared-" + i + ".wav", seconds, SAMPLE_RATE, i);
    }
    try (BufferedWriter manifest = Files.newBufferedWriter(root.resolve(name))) {
      for (int i = 0; i < lines; i++) {
        manifest.write(
            String.format(
                Locale.ROOT,
                "{\"audio_filepath\": \"speaker-%05d/session-%07d/../../shared-%d.wav\","
                    + " \"duration\": %.2f, \"text\": \"%s\"}%n",
                i / 500,
                i,
                i % SHARED_FILES,
                seconds,
                "a b c a b c a b c a b c a b c a b c"));
      }
    }
    return specification(
        name, VOCABULARY, null, DataSpecification.LONGEST_UTTERANCE_SECONDS, batchSize);
  }

  /**
   * Writes a test manifest with a file for each utterance, and its vocabulary, and returns the
   * specification for a request. Every length between two has the same probability. Texts are 4
   * characters of the vocabulary per second.
   *
   * @param shortest the least length, in seconds
   * @param vocabulary tokens by label, the blank first
   */
  public DataSpecification test(
      int utterances, double shortest, double longest, List<String> vocabulary, int batchSize)
      throws IOException {
    speech("test", utterances, shortest, longest, vocabulary);
    Files.write(root.resolve(TEST_VOCABULARY), vocabulary);
    return specification(TEST_MANIFEST, TEST_VOCABULARY, null, longest, batchSize);
  }

  /**
   * Writes {@code manifest.SPLIT} with a file for each utterance. Every length between two has the
   * same probability. Texts are 4 characters of the vocabulary per second.
   *
   * @param shortest the least length, in seconds
   * @param vocabulary tokens by label, the blank first
   */
  public void speech(
      String split, int utterances, double shortest, double longest, List<String> vocabulary)
      throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder manifest = new StringBuilder();
    for (int i = 0; i < utterances; i++) {
      double seconds = random.nextDouble(shortest, longest);
      wav("%s-%d.wav".formatted(split, i), seconds, SAMPLE_RATE, i);
      StringBuilder text = new StringBuilder();
      for (int character = 0; character < 4 * seconds; character++) {
        text.append(vocabulary.get(random.nextInt(1, vocabulary.size())));
      }
      manifest.append(
          String.format(
              Locale.ROOT,
              "{\"audio_filepath\": \"%s-%d.wav\", \"duration\": %.3f, \"text\": \"%s\"}%n",
              split,
              i,
              seconds,
              text));
    }
    Files.writeString(root.resolve("manifest." + split), manifest);
  }

  /** Samples in [-1, 1]. */
  static float[] samples(double seconds, int sampleRate, long seed) {
    float[] samples = new float[(int) (seconds * sampleRate)];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < samples.length; i++) {
      double swell = 0.1 + 0.4 * Math.abs(Math.sin(3.0 * i / sampleRate));
      samples[i] = (float) (swell * (random.nextDouble() - 0.5));
    }
    return samples;
  }

  @Override
  public void close() throws IOException {
    BenchmarkFolder.delete(root);
  }

  private void wav(String name, double seconds, int sampleRate, long seed) throws IOException {
    float[] samples = samples(seconds, sampleRate, seed);
    ByteBuffer pcm = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      pcm.putShort((short) Math.round(sample * Short.MAX_VALUE));
    }
    AudioFormat format = new AudioFormat(sampleRate, 16, 1, true, false);
    try (AudioInputStream audio =
        new AudioInputStream(new ByteArrayInputStream(pcm.array()), format, samples.length)) {
      AudioSystem.write(audio, AudioFileFormat.Type.WAVE, root.resolve(name).toFile());
    }
  }

  private void manifest(String name, int lines, double seconds, String path, String text)
      throws IOException {
    StringBuilder manifest = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      manifest.append(
          String.format(
              Locale.ROOT,
              "{\"audio_filepath\": \"%s\", \"duration\": %.2f, \"text\": \"%s\"}%n",
              path.formatted(i),
              seconds,
              text));
    }
    Files.write(root.resolve(name), manifest.toString().getBytes(UTF_8));
  }
}
