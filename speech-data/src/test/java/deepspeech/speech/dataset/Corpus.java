package deepspeech.speech.dataset;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextRules;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.features.MeanStd;
import deepspeech.speech.features.MeanStdFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A small data set of tones and noise in a folder, with whatever a test adds to it. */
public final class Corpus {
  /** Names of the files under the root. */
  public static final String MANIFEST = "set/manifest.train";

  public static final String VOCABULARY = "set/vocab.txt";
  public static final String MEAN_STD = "set/mean_std.npz";

  private final Path root;
  private final List<String> lines = new ArrayList<>();

  private Corpus(Path root) {
    this.root = root;
  }

  /** An empty manifest, a vocabulary of a, b, c and space, and statistics. */
  public static Corpus in(Path root) throws IOException {
    Corpus corpus = new Corpus(root);
    Files.createDirectories(root.resolve("set/wav"));
    Files.writeString(root.resolve(VOCABULARY), "<blank>\t-1\na\t9\nb\t5\nc\t2\n \t1\n");
    double[] mean = new double[161];
    double[] std = new double[161];
    Arrays.fill(mean, -12);
    Arrays.fill(std, 3);
    Files.write(root.resolve(MEAN_STD), MeanStdFile.write(new MeanStd(mean, std)));
    corpus.write();
    return corpus;
  }

  /** Adds utterances of 0.3 to 0.8 s, all different. */
  public Corpus utterances(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      utterance(
          "wav/good-%d.wav".formatted(i), 0.3 + i * 37 % 50 / 100.0, "ab c a".substring(i % 3));
    }
    return this;
  }

  /** Adds an utterance with its audio. */
  public Corpus utterance(String path, double seconds, String text) throws IOException {
    float[] samples = new float[(int) Math.round(seconds * 16000)];
    Random random = new Random(path.hashCode());
    for (int i = 0; i < samples.length; i++) {
      samples[i] =
          (float)
              (0.3 * Math.sin(0.05 * i * (1 + lines.size() % 7)) + 0.01 * random.nextGaussian());
    }
    return audio(path, WavBytes.pcm16(samples, 16000), seconds, text);
  }

  /** Adds an utterance whose audio file has any content. */
  public Corpus audio(String path, byte[] content, double duration, String text)
      throws IOException {
    Files.write(root.resolve("set").resolve(path), content);
    return line(
        String.format(
            Locale.ROOT,
            "{\"audio_filepath\": \"%s\", \"duration\": %.4f, \"text\": \"%s\"}",
            path,
            duration,
            text));
  }

  /** Adds a line to the manifest. */
  public Corpus line(String line) throws IOException {
    lines.add(line);
    write();
    return this;
  }

  /** The lines of the manifest. */
  public int lines() {
    return lines.size();
  }

  /** The folder. */
  public Path root() {
    return root;
  }

  /** Writes a file under the root. */
  public Corpus file(String path, String content) throws IOException {
    Files.write(root.resolve(path), content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** What a request says about this data set. */
  public DataSpecification specification(int batchSize, String shuffleMethod) {
    return new DataSpecification(
        new DataFiles(MANIFEST, VOCABULARY, MEAN_STD, "None"),
        new DurationLimits(0.1, 20),
        new Batching(batchSize, shuffleMethod),
        TextRules.DEFAULT,
        7);
  }

  private void write() throws IOException {
    file(MANIFEST, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
  }
}
