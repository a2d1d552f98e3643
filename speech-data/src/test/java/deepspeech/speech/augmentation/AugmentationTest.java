package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentationTest {
  private static final String SPEED =
      "{\"type\": \"speed\", \"params\": {\"min_speed_rate\": 0.9, \"max_speed_rate\": 1.1},"
          + " \"prob\": 0.5}";
  private static final String VOLUME =
      "{\"type\": \"volume\", \"params\": {\"min_gain_dBFS\": -15, \"max_gain_dBFS\": 15},"
          + " \"prob\": 0.5}";
  private static final String SHIFT =
      "{\"type\": \"shift\", \"params\": {\"min_shift_ms\": 5, \"max_shift_ms\": 5}, \"prob\": 1}";
  private static final String SPECAUG =
      "{\"type\": \"specaug\", \"params\": {\"F\": 10, \"T\": 50, \"n_freq_masks\": 2,"
          + " \"n_time_masks\": 2}, \"prob\": 0.5}";

  @TempDir private Path folder;
  private final float[] speech = Signals.noise(16_000, 8);

  @Test
  void theSameDrawGivesTheSameSamplesAndAnotherEpochSeedOrUtteranceOthers() throws Exception {
    // Given
    Augmentation augmentation = augmentation(SPEED.replace("0.5", "1"), VOLUME);
    // When
    float[] here = perturb(augmentation, new UtteranceKey(1, 2, 3));
    float[] there = perturb(augmentation, new UtteranceKey(1, 2, 3));
    // Then
    assertThat(there).isEqualTo(here);
    assertThat(perturb(augmentation, new UtteranceKey(2, 2, 3))).isNotEqualTo(here);
    assertThat(perturb(augmentation, new UtteranceKey(1, 3, 3))).isNotEqualTo(here);
    assertThat(perturb(augmentation, new UtteranceKey(1, 2, 4))).isNotEqualTo(here);
  }

  @Test
  void anEntryMoreChangesNothingAboutTheDrawsOfTheOthers() throws Exception {
    // Given
    Augmentation alone = augmentation(SPEED, SPECAUG);
    Augmentation together = augmentation(VOLUME, SPEED, SPECAUG);
    for (int line = 1; line <= 50; line++) {
      UtteranceKey key = new UtteranceKey(1, 1, line);
      // When
      int length = perturb(alone, key).length;
      // Then
      assertThat(perturb(together, key)).hasSize(length);
      assertThat(bins(together, key)).isEqualTo(bins(alone, key));
    }
  }

  @Test
  void twoEntriesOfOneTypeAreDrawnApart() throws Exception {
    // Given
    Augmentation augmentation =
        augmentation(VOLUME.replace("0.5", "1"), VOLUME.replace("0.5", "1"));
    double closest = Double.MAX_VALUE;
    for (int line = 1; line <= 50; line++) {
      // When
      float[] perturbed = perturb(augmentation, new UtteranceKey(1, 1, line));
      // Then
      double one = Math.sqrt(perturbed[0] / speech[0]);
      float[] single =
          perturb(augmentation(VOLUME.replace("0.5", "1")), new UtteranceKey(1, 1, line));
      closest = Math.min(closest, Math.abs(one - single[0] / speech[0]));
    }
    assertThat(closest).isGreaterThan(1e-4);
  }

  @Test
  void theEntriesActInTheOrderOfTheFile() throws Exception {
    // Given
    String slower = SPEED.replace("1.1", "0.9").replace("\"prob\": 0.5", "\"prob\": 1");
    UtteranceKey key = new UtteranceKey(1, 1, 1);
    // When
    float[] shiftedFirst = perturb(augmentation(SHIFT, slower), key);
    float[] shiftedLast = perturb(augmentation(slower, SHIFT), key);
    // Then
    assertThat(zerosAtTheEnd(shiftedFirst)).isBetween(85, 90);
    assertThat(zerosAtTheEnd(shiftedLast)).isEqualTo(80);
  }

  @Test
  void anEntryActsAsOftenAsItsProbabilitySays() throws Exception {
    // Given
    Augmentation never = augmentation(VOLUME.replace("0.5", "0"));
    Augmentation always = augmentation(VOLUME.replace("0.5", "1"));
    Augmentation sometimes = augmentation(VOLUME.replace("0.5", "0.25"));
    int acted = 0;
    for (int line = 1; line <= 400; line++) {
      UtteranceKey key = new UtteranceKey(1, 1, line);
      // When
      acted += isPerturbed(sometimes, key) ? 1 : 0;
      // Then
      assertThat(isPerturbed(never, key)).isFalse();
      assertThat(isPerturbed(always, key)).isTrue();
    }
    assertThat(acted).isBetween(70, 130);
  }

  @Test
  void aRampLeavesTheFirstEpochAloneAndGoesToFullStrength() throws Exception {
    // Given
    String louder =
        "{\"type\": \"volume\", \"params\": {\"min_gain_dBFS\": 20, \"max_gain_dBFS\": 20},"
            + " \"prob\": 1, \"ramp\": {\"from_epoch\": 1, \"to_epoch\": 3}}";
    Augmentation augmentation = augmentation(louder);
    // When
    double second = perturb(augmentation, new UtteranceKey(1, 2, 1))[0] / speech[0];
    double third = perturb(augmentation, new UtteranceKey(1, 3, 1))[0] / speech[0];
    // Then
    assertThat(isPerturbed(augmentation, new UtteranceKey(1, 1, 1))).isFalse();
    assertThat(second).isCloseTo(Math.sqrt(10), within(1e-5));
    assertThat(third).isCloseTo(10, within(1e-5));
  }

  @Test
  void theLongestStretchIsThatOfAllSpeedsTogether() throws Exception {
    // Given
    Augmentation two = augmentation(SPEED, VOLUME, SPEED.replace("0.9", "0.95"));
    Augmentation none = augmentation(SPEED.replace("0.5", "0"), VOLUME, SPECAUG);
    // When
    double stretch = two.longestStretch();
    // Then
    assertThat(stretch).isCloseTo(1 / 0.9 / 0.95, within(1e-12));
    assertThat(none.longestStretch()).isEqualTo(1);
  }

  @Test
  void unusableLinesOfAManifestAreReportedAndTheOthersUsed() throws Exception {
    // Given
    String noise =
        "[{\"type\": \"noise\", \"params\": {\"min_snr_dB\": 1, \"max_snr_dB\": 2,"
            + " \"noise_manifest_path\": \"n\"}, \"prob\": 1}]";
    AugmentationFile file = AugmentationFile.read(noise.getBytes(StandardCharsets.UTF_8), "a.json");
    byte[] some =
        "{\"audio_filepath\": \"a.wav\"}\n7\n{\"audio_filepath\": \"../../a.wav\"}"
            .getBytes(StandardCharsets.UTF_8);
    byte[] part =
        "{\"audio_filepath\": \"a.wav\", \"offset\": 0}\n{\"audio_filepath\": \"a.wav\", \"offset\": 2}\n"
            .getBytes(StandardCharsets.UTF_8);
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    // When
    Augmentation partly =
        Augmentation.of(file, Map.of("n", some), storage, new RecordingCache(storage));
    Augmentation empty =
        Augmentation.of(file, Map.of("n", new byte[0]), storage, new RecordingCache(storage));
    // Then
    assertThat(partly.isEmpty()).isFalse();
    assertThat(partly.warnings())
        .containsExactly(
            "a.json: entry 1 (noise): manifest n: 2 of 3 lines cannot be used, the first is line 2; a"
                + " line must be a JSON object with audio_filepath, a path inside the dataset root");
    assertThat(
            Augmentation.of(file, Map.of("n", part), storage, new RecordingCache(storage))
                .warnings())
        .containsExactly(
            "a.json: entry 1 (noise): manifest n: 1 of 2 lines name a part of a recording by offset"
                + " or start_time; the whole recording is used");
    assertThat(empty.isEmpty()).isTrue();
    assertThat(empty.warnings())
        .containsExactly(
            "a.json: entry 1 (noise): manifest n: has no line; the run continues without this"
                + " augmentation");
  }

  private Augmentation augmentation(String... entries) throws Exception {
    String content = "[" + String.join(",", entries) + "]";
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    return Augmentation.of(
        AugmentationFile.read(content.getBytes(StandardCharsets.UTF_8), "a.json"),
        Map.of(),
        storage,
        new RecordingCache(storage));
  }

  private float[] perturb(Augmentation augmentation, UtteranceKey key) {
    WorkingAudio audio = Signals.audio(speech);
    augmentation.perturb(audio, key, 320);
    return Signals.samples(audio);
  }

  private boolean isPerturbed(Augmentation augmentation, UtteranceKey key) {
    WorkingAudio audio = Signals.audio(speech);
    augmentation.perturb(audio, key, 320);
    return audio.samples() != speech;
  }

  private static int[] bins(Augmentation augmentation, UtteranceKey key) {
    return augmentation.features(key, 400).stream()
        .flatMapToInt(drawn -> Arrays.stream(((SpecAugmentation) drawn).bins()))
        .toArray();
  }

  private static int zerosAtTheEnd(float[] samples) {
    int zeros = 0;
    while (samples[samples.length - 1 - zeros] == 0) {
      zeros++;
    }
    return zeros;
  }
}
