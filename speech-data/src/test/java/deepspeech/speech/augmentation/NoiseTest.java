package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.audio.WavBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseTest {
  @TempDir private Path folder;
  private final float[] speech = Signals.sine(8000, 440);

  @ParameterizedTest
  @CsvSource({"10, 10, 1", "-5, -5, 1", "50, 50, 1", "10, 30, 1", "10, 10, 0.5"})
  void theMixHasTheRequestedSignalToNoiseRatio(double min, double max, double strength)
      throws Exception {
    // Given
    Recordings noise = recordings(wav(Signals.noise(40_000, 1), 16_000));
    for (int seed = 0; seed < 20; seed++) {
      WorkingAudio audio = Signals.audio(speech);
      // When
      new Noise(new Range(min, max), "n", 1).apply(audio, Signals.draw(seed, strength, noise));
      // Then
      float[] added = Signals.difference(Signals.samples(audio), speech);
      double snr = 10 * Math.log10(Signals.energy(speech) / Signals.energy(added));
      double softer = -20 * Math.log10(strength);
      assertThat(snr).isBetween(min + softer - 0.05, max + softer + 0.05);
    }
  }

  @Test
  void theCutIsARandomPieceOfTheNoise() throws Exception {
    // Given
    float[] noise = Signals.noise(20_000, 1);
    Recordings recordings = recordings(wav(noise, 16_000));
    TreeSet<Integer> starts = new TreeSet<>();
    for (int seed = 0; seed < 30; seed++) {
      WorkingAudio audio = Signals.audio(speech);
      // When
      new Noise(new Range(0, 0), "n", 1).apply(audio, Signals.draw(seed, 1, recordings));
      // Then
      starts.add(start(noise, Signals.difference(Signals.samples(audio), speech)));
    }
    assertThat(starts).hasSizeGreaterThan(20);
    assertThat(starts.first()).isBetween(0, 4_000);
    assertThat(starts.last()).isBetween(8_000, 12_000);
  }

  @Test
  void noiseShorterThanTheSpeechIsRepeated() throws Exception {
    // Given
    Recordings recordings = recordings(wav(Signals.noise(1000, 1), 16_000));
    WorkingAudio audio = Signals.audio(speech);
    // When
    new Noise(new Range(0, 0), "n", 1).apply(audio, Signals.draw(9, 1, recordings));
    // Then
    float[] added = Signals.difference(Signals.samples(audio), speech);
    for (int i = 1000; i < added.length; i++) {
      assertThat(added[i]).isCloseTo(added[i - 1000], within(1e-5f));
    }
  }

  @Test
  void noiseOfAnotherRateIsBroughtToThatOfTheSpeech() throws Exception {
    // Given
    float[] slow = new float[8000];
    for (int i = 0; i < slow.length; i++) {
      slow[i] = (float) (0.5 * Math.sin(2 * Math.PI * 1000 * i / 8000));
    }
    Recordings recordings = recordings(wav(slow, 8000));
    WorkingAudio audio = Signals.audio(speech);
    // When
    new Noise(new Range(0, 0), "n", 1).apply(audio, Signals.draw(2, 1, recordings));
    // Then
    float[] added = Signals.difference(Signals.samples(audio), speech);
    for (int i = 16; i < 7000; i++) {
      assertThat(added[i]).isCloseTo(added[i - 16], within(0.02f));
    }
  }

  @Test
  void recordingsThatCannotBeUsedArePassedOver() throws Exception {
    // Given
    List<Path> files = new ArrayList<>();
    files.add(folder.resolve("missing.wav"));
    files.add(Files.write(folder.resolve("broken.wav"), new byte[40]));
    files.add(wav(Signals.noise(9000, 1), 16_000));
    Recordings some = Signals.recordings(folder, files);
    Recordings none = Signals.recordings(folder, files.subList(0, 2));
    for (int seed = 0; seed < 10; seed++) {
      WorkingAudio audio = Signals.audio(speech);
      WorkingAudio without = Signals.audio(speech);
      // When
      new Noise(new Range(10, 10), "n", 1).apply(audio, Signals.draw(seed, 1, some));
      new Noise(new Range(10, 10), "n", 1).apply(without, Signals.draw(seed, 1, none));
      // Then
      assertThat(Signals.samples(audio)).isNotEqualTo(speech);
      assertThat(without.samples()).isSameAs(speech);
    }
  }

  @Test
  void silentNoiseIsSkipped() throws Exception {
    // Given
    Recordings recordings = recordings(wav(new float[9000], 16_000));
    WorkingAudio audio = Signals.audio(speech);
    // When
    new Noise(new Range(10, 10), "n", 1).apply(audio, Signals.draw(1, 1, recordings));
    // Then
    assertThat(audio.samples()).isSameAs(speech);
  }

  @Test
  void aRecordingThatChangesIsReadAgain() throws Exception {
    // Given
    Path file = wav(Signals.noise(9000, 1), 16_000);
    Recordings recordings = recordings(file);
    recordings.from(0);
    // When
    Files.write(file, WavBytes.pcm16(Signals.noise(500, 2), 16_000));
    // Then
    assertThat(recordings.from(0).orElseThrow()).hasSize(500);
  }

  @Test
  void ratioAndManifestAreRead() throws Exception {
    // Given
    String params = "\"min_snr_dB\": -5, \"max_snr_dB\": 5.5, \"noise_manifest_path\": \"a\"";
    // When
    Perturbation read = SingleEntry.read("noise", params);
    // Then
    assertThat(read).isEqualTo(new Noise(new Range(-5, 5.5), "a", 1));
  }

  @Test
  void aBlankPathIsRefused() {
    // Given
    String params = "\"min_snr_dB\": 1, \"max_snr_dB\": 2, \"noise_manifest_path\": \" \"";
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("noise", params))
        .hasMessage(
            "a.json: entry 1 (noise): noise_manifest_path is \" \"; allowed: the path of a"
                + " manifest");
  }

  private Path wav(float[] samples, int sampleRate) throws Exception {
    return Files.write(folder.resolve("noise.wav"), WavBytes.pcm16(samples, sampleRate));
  }

  private static Recordings recordings(Path file) throws Exception {
    return Signals.recordings(file.getParent(), List.of(file));
  }

  /** Where in the noise a cut of it comes from: where it correlates best. */
  private static int start(float[] noise, float[] cut) {
    int best = 0;
    double highest = 0;
    for (int start = 0; start + cut.length <= noise.length; start++) {
      double product = 0;
      for (int i = 0; i < 64; i++) {
        product += noise[start + i] * cut[i];
      }
      if (product > highest) {
        highest = product;
        best = start;
      }
    }
    return best;
  }
}
