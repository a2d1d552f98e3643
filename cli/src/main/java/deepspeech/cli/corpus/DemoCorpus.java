package deepspeech.cli.corpus;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.identity.Split;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * The demo corpus in a folder: 16 kHz mono WAV files, {@code manifest.train} and {@code
 * manifest.test} with audio paths relative to the folder, and {@code corpus.json}, which records
 * the plan that the corpus was made from.
 */
public final class DemoCorpus {
  /** Incremented whenever the same plan would give different bytes. */
  private static final int EDITION = 1;

  private static final String DESCRIPTION = "corpus.json";
  private static final long SEED = 20;
  private static final float PEAK = 0.5f;

  private final Path folder;
  private final CorpusPlan plan;

  DemoCorpus(Path folder, CorpusPlan plan) {
    this.folder = folder;
    this.plan = plan;
  }

  /**
   * A corpus of the given size, which need not exist yet.
   *
   * @param folder the folder of the corpus, existing or to be created
   * @param trainUtterances number of training utterances, 1 to 5000
   * @param testUtterances number of test utterances, 1 to 500
   */
  public static DemoCorpus in(Path folder, int trainUtterances, int testUtterances) {
    return new DemoCorpus(folder, new CorpusPlan(trainUtterances, testUtterances, SEED));
  }

  public Path manifest(Split split) {
    return folder.resolve("manifest." + split);
  }

  /** True if the folder already contains the complete corpus. */
  public boolean isMade() {
    try {
      return Json.read(Files.readAllBytes(folder.resolve(DESCRIPTION)), Description.class)
          .equals(Description.of(plan));
    } catch (IOException | InvalidMessageException e) {
      return false;
    }
  }

  /**
   * Creates the corpus and replaces the contents of the folder. The corpus appears in the folder
   * only when it is complete.
   *
   * @param spoken receives the number of completed utterances after each utterance
   * @throws UncheckedIOException if the folder cannot be written
   */
  public void make(IntConsumer spoken) {
    Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
    try {
      delete(unfinished);
      write(unfinished, spoken);
      delete(folder);
      Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("the demo corpus cannot be written: " + e.getMessage(), e);
    }
  }

  private void write(Path into, IntConsumer spoken) throws IOException {
    Map<Split, StringBuilder> manifests = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      manifests.put(split, new StringBuilder());
    }
    int done = 0;
    try (SpeechSynthesizer synthesizer = new SpeechSynthesizer()) {
      for (CorpusUtterance utterance : plan.utterances()) {
        float[] samples = synthesizer.speak(utterance.text(), utterance.speaker());
        Random noise = new Random(plan.seed() * 1_000_003 + done);
        writeWav(into.resolve(utterance.audioPath()), inARoom(samples, noise));
        manifests
            .get(utterance.split())
            .append(Json.writeText(ManifestEntry.of(utterance, samples.length)))
            .append('\n');
        spoken.accept(++done);
      }
    }
    for (Split split : Split.values()) {
      Files.writeString(into.resolve("manifest." + split), manifests.get(split));
    }
    Files.write(into.resolve(DESCRIPTION), Json.write(Description.of(plan)));
  }

  /**
   * Scales the speech to a fixed peak level and adds faint noise, because real recordings contain
   * no digital silence.
   */
  private static float[] inARoom(float[] samples, Random random) {
    float peak = 1e-6f;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    double noise = Math.pow(10, -(55 + 10 * random.nextDouble()) / 20);
    float[] heard = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      heard[i] = (float) (samples[i] * PEAK / peak + noise * random.nextGaussian());
    }
    return heard;
  }

  private static void writeWav(Path file, float[] samples) throws IOException {
    byte[] pcm = new byte[samples.length * Short.BYTES];
    for (int i = 0; i < samples.length; i++) {
      int value = Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768f)));
      pcm[2 * i] = (byte) value;
      pcm[2 * i + 1] = (byte) (value >> 8);
    }
    Files.createDirectories(file.getParent());
    AudioFormat format = new AudioFormat(SpeechSynthesizer.SAMPLE_RATE, 16, 1, true, false);
    try (AudioInputStream audio =
        new AudioInputStream(new ByteArrayInputStream(pcm), format, samples.length)) {
      AudioSystem.write(audio, AudioFileFormat.Type.WAVE, file.toFile());
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private record ManifestEntry(String audioFilepath, double duration, String text) {
    static ManifestEntry of(CorpusUtterance utterance, int samples) {
      return new ManifestEntry(
          utterance.audioPath(),
          samples / (double) SpeechSynthesizer.SAMPLE_RATE,
          utterance.text());
    }
  }

  private record Description(
      int edition, CorpusPlan plan, List<PseudoSpeaker> train, PseudoSpeaker test) {
    static Description of(CorpusPlan plan) {
      return new Description(EDITION, plan, CorpusPlan.TRAIN_SPEAKERS, CorpusPlan.HELD_OUT_SPEAKER);
    }
  }
}
