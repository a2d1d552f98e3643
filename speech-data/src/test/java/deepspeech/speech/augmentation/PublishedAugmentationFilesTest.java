package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import deepspeech.speech.DataFileException;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The forms of the augmentation files of PaddlePaddle-DeepSpeech, PPASR and MASR
 * (github.com/yeyupiaoling, Apache-2.0): each combination of a type and its fields that occurs in
 * them, with values of this test, not the files themselves.
 *
 * <p>The forms are from the trees of all commits of all branches and tags up to a18ab03 of
 * PaddlePaddle-DeepSpeech (2025-12-17), 644f6bf of PPASR (2024-10-15) and 2617deb of MASR
 * (2024-10-21): 20 different contents of {@code conf/augmentation.config}, {@code
 * conf/augmentation.json}, {@code conf/augmentation.yml}, {@code configs/augmentation.json} and
 * {@code configs/augmentation.yml}. All 20 were read on 2026-11-28 and accepted, with a warning for
 * each entry that is off or field that changes nothing, and no other.
 */
class PublishedAugmentationFilesTest {
  private static final String VOLUME =
      "{\"type\": \"volume\", \"params\": {\"min_gain_dBFS\": 1, \"max_gain_dBFS\": 6}, \"prob\": 1}";

  @TempDir private Path folder;

  @Test
  void anEntryOfAnUnknownTypeThatIsOffIsAWarning() throws Exception {
    // Given
    String entry =
        """
        {"type": "bayesian_normal",
         "params": {"target_db": -25, "prior_db": -22, "prior_samples": 50}, "prob": 0.0}
        """;
    // When
    Augmentation augmentation = augmentation("[" + VOLUME + "," + entry + "]");
    // Then
    assertThat(augmentation.isEmpty()).isFalse();
    assertThat(augmentation.warnings())
        .singleElement()
        .asString()
        .startsWith("a.json: entry 2 (bayesian_normal): prob is 0, which turns it off; ")
        .contains("type is \"bayesian_normal\"; allowed: ");
    assertThatThrownBy(() -> augmentation("[" + entry.replace("0.0", "0.1") + "]"))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith("a.json: entry 1: type is \"bayesian_normal\"; allowed: ");
  }

  @Test
  void anEntryThatIsOffIsAWarningAndLeavesTheDrawsOfTheOthersAsTheyAre() throws Exception {
    // Given
    String off = VOLUME.replace("1}", "0}");
    // When
    Augmentation alone = augmentation("[" + off + "," + VOLUME + "]");
    Augmentation both = augmentation("[" + VOLUME + "," + VOLUME + "]");
    // Then
    assertThat(alone.warnings())
        .containsExactly("a.json: entry 1 (volume): prob is 0, which turns it off");
    float[] once = {0.5f};
    WorkingAudio second = Signals.audio(once);
    alone.perturb(second, new UtteranceKey(1, 1, 1), 0);
    WorkingAudio twice = Signals.audio(once);
    both.perturb(twice, new UtteranceKey(1, 1, 1), 0);
    WorkingAudio first = Signals.audio(once);
    augmentation("[" + VOLUME + "]").perturb(first, new UtteranceKey(1, 1, 1), 0);
    assertThat(twice.samples()[0] / 0.5)
        .isCloseTo(first.samples()[0] / 0.5 * second.samples()[0] / 0.5, within(1e-5));
  }

  @Test
  void aRedundantFieldIsAcceptedAndAContradictionIsNot() throws Exception {
    // Given
    String typed = VOLUME.replace("\"params\"", "\"aug_type\": \"audio\", \"params\"");
    // When
    Augmentation augmentation = augmentation("[" + typed + "]");
    // Then
    assertThat(augmentation.warnings()).isEmpty();
    assertThatThrownBy(() -> augmentation("[" + typed.replace("audio", "feature") + "]"))
        .hasMessage("a.json: entry 1 (volume): aug_type is \"feature\"; allowed: \"audio\"");
  }

  static Stream<Arguments> forms() {
    String snr = "\"min_snr_dB\": 12, \"max_snr_dB\": 34";
    String path = ", \"noise_manifest_path\": \"./datasets/manifest.noise\"";
    Range decibels = new Range(12, 34);
    String speed = "\"min_speed_rate\": 0.92, \"max_speed_rate\": 1.08";
    return Stream.of(
        arguments("noise", snr + path, new Noise(decibels, "./datasets/manifest.noise", 1)),
        arguments(
            "noise",
            snr + ", \"repetition\": 3" + path,
            new Noise(decibels, "./datasets/manifest.noise", 3)),
        arguments(
            "impulse",
            "\"impulse_manifest_path\": \"dataset/manifest.impulse\"",
            new Impulse("dataset/manifest.impulse")),
        arguments("speed", speed, new Speed(new Range(0.92, 1.08), 0)),
        arguments("speed", speed + ", \"num_rates\": 5", new Speed(new Range(0.92, 1.08), 5)),
        arguments(
            "shift", "\"min_shift_ms\": -7, \"max_shift_ms\": 6", new Shift(new Range(-7, 6))),
        arguments(
            "volume", "\"min_gain_dBFS\": -8, \"max_gain_dBFS\": 9", new Volume(new Range(-8, 9))),
        arguments("specsub", "\"max_t\": 25, \"num_t_sub\": 2", new SpecSubstitute(25, 2)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void everyFormOfAnEntryIsReadWithAndWithoutItsAugmentationType(
      String type, String params, Object expected) throws Exception {
    // Given
    String plain = "[%s]".formatted(entry(type, params));
    String kind = type.startsWith("spec") ? "feature" : "audio";
    String typed = plain.replace("\"params\"", "\"aug_type\": \"" + kind + "\", \"params\"");
    for (String content : List.of(plain, typed)) {
      // When
      AugmentationFile file = read(content, "augmentation.config");
      // Then
      assertThat(file.entries())
          .extracting(AugmentationFile.Entry::perturbation)
          .containsExactly((Perturbation) expected);
      assertThat(file.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"8000", "[8000, 32000, 44100, 48000]"})
  void resamplingIsOffInEveryFileAndCanBeTurnedOn(String rates) throws Exception {
    // Given
    String on = entry("resample", "\"new_sample_rate\": " + rates);
    // When
    AugmentationFile off = read("[" + on.replace("\"prob\": 1", "\"prob\": 0.0") + "]", "a.json");
    // Then
    assertThat(off.warnings())
        .containsExactly("a.json: entry 1 (resample): prob is 0, which turns it off");
    assertThat(read("[" + on + "]", "a.json").warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "W": 0, "F": 12, "n_freq_masks": 3, "T": 40, "n_time_masks": 1, "p": 1.0, \
          "adaptive_number_ratio": 0, "adaptive_size_ratio": 0, "max_n_time_masks": 15, \
          "replace_with_zero": true | 12, 40, 3, 1, 1, 0, 0, 0, 15, false
          "W": 60, "F": 12, "T": 40, "n_freq_masks": 3, "n_time_masks": 1, "p": 0.9, \
          "adaptive_number_ratio": 0, "adaptive_size_ratio": 0, "max_n_time_masks": 15 \
          | 12, 40, 3, 1, 0.9, 60, 0, 0, 15, false
          "W": 0, "warp_mode": "PIL", "F": 12, "n_freq_masks": 3, "T": 40, "n_time_masks": 1, \
          "p": 1.0, "adaptive_number_ratio": 0, "adaptive_size_ratio": 0, "max_n_time_masks": 15, \
          "replace_with_zero": true | 12, 40, 3, 1, 1, 0, 0, 0, 15, false
          "inplace": true, "max_time_warp": 6, "F": 12, "n_freq_masks": 3, "T": 40, \
          "n_time_masks": 1, "replace_with_zero": false | 12, 40, 3, 1, 1, 6, 0, 0, 20, true
          "inplace": true, "max_time_warp": 6, "max_t_ratio": 0.1, "n_freq_masks": 3, \
          "max_f_ratio": 0.2, "n_time_masks": 1, "replace_with_zero": false \
          | 33, 0, 3, 1, 1, 6, 0, 0.1, 20, true
          """)
  void everyFormOfSpecaugIsRead(String params, String expected) throws Exception {
    // Given
    String content = "[%s]".formatted(entry("specaug", params));
    String[] values = expected.split(", ", -1);
    // When
    AugmentationFile file = read(content, "a.json");
    // Then
    assertThat(file.entries().get(0).perturbation())
        .isEqualTo(
            new SpecAugment(
                Integer.parseInt(values[0]),
                Integer.parseInt(values[1]),
                Integer.parseInt(values[2]),
                Integer.parseInt(values[3]),
                Double.parseDouble(values[4]),
                Integer.parseInt(values[5]),
                Double.parseDouble(values[6]),
                Double.parseDouble(values[7]),
                Integer.parseInt(values[8]),
                Boolean.parseBoolean(values[9])));
  }

  @Test
  void whatChangesNothingIsAWarningThatNamesTheField() throws Exception {
    // Given
    String masks = "\"F\": 5, \"T\": 5, \"n_freq_masks\": 1, \"n_time_masks\": 1";
    // When
    Augmentation augmentation =
        augmentation(
            "[%s,%s]"
                .formatted(
                    entry("specaug", masks + ", \"W\": 0, \"warp_mode\": \"PIL\""),
                    entry(
                        "specaug",
                        masks + ", \"W\": 9, \"warp_mode\": \"PIL\", \"inplace\": true")));
    // Then
    assertThat(augmentation.warnings())
        .containsExactly(
            "a.json: entry 1 (specaug): warp_mode changes nothing: time is not warped",
            "a.json: entry 2 (specaug): warp_mode changes nothing: time is warped by linear"
                + " interpolation",
            "a.json: entry 2 (specaug): inplace changes nothing: nothing else reads the features"
                + " that are masked");
  }

  @Test
  void speedHasTheRatesThatNumRatesSpreadsOverTheRange() throws Exception {
    // Given
    AugmentationFile file =
        read(
            "[%s]"
                .formatted(
                    entry(
                        "speed",
                        "\"min_speed_rate\": 0.9, \"max_speed_rate\": 1.1, \"num_rates\": 3")),
            "a.json");
    Speed speed = (Speed) file.entries().get(0).perturbation();
    Set<Integer> lengths = new TreeSet<>();
    // When
    for (int seed = 0; seed < 60; seed++) {
      WorkingAudio audio = Signals.audio(Signals.noise(9900, 1));
      speed.apply(audio, Signals.draw(seed));
      lengths.add(audio.length());
    }
    // Then
    assertThat(lengths).containsExactly((int) (9900 / 1.1), 9900, 11000);
  }

  @Test
  void resamplingDrawsOneOfSeveralRates() throws Exception {
    // Given
    AugmentationFile file =
        read("[%s]".formatted(entry("resample", "\"new_sample_rate\": [4000, 16000]")), "a.json");
    Resample resample = (Resample) file.entries().get(0).perturbation();
    float[] tone = Signals.sine(8000, 3000);
    int gone = 0;
    // When
    for (int seed = 0; seed < 60; seed++) {
      WorkingAudio audio = Signals.audio(tone);
      resample.apply(audio, Signals.draw(seed));
      gone += audio.energy() < 0.01 * Signals.energy(tone) ? 1 : 0;
    }
    // Then
    assertThat(gone).isBetween(15, 45);
  }

  @Test
  void aWrongRateOfSeveralIsReportedWithTheList() {
    // Given
    String content = "[%s]".formatted(entry("resample", "\"new_sample_rate\": [8000, 10]"));
    // When
    // Then
    assertThatThrownBy(() -> read(content, "a.json"))
        .hasMessage(
            "a.json: entry 1 (resample): new_sample_rate is [8000,10]; allowed: a whole number"
                + " from 1000 to 48000, or a list of such numbers");
  }

  @Test
  void repetitionAddsUpToSoManyRecordings() throws Exception {
    // Given
    AugmentationFile file =
        read(
            "[%s]"
                .formatted(
                    entry(
                        "noise",
                        "\"min_snr_dB\": 10, \"max_snr_dB\": 50, \"repetition\": 2,"
                            + " \"noise_manifest_path\": \"dataset/manifest.noise\"")),
            "a.json");
    // When
    Perturbation noise = file.entries().get(0).perturbation();
    // Then
    assertThat(noise).isEqualTo(new Noise(new Range(10, 50), "dataset/manifest.noise", 2));
  }

  @Test
  void theYamlFileOfTheLaterVersionsIsRead() throws Exception {
    // Given
    String content =
        """
        # a comment
        speed:
          prob: 0.4
        volume:
          prob: 0.4
          min_gain_dBFS: -12
          max_gain_dBFS: 12
        shift:
          prob: 0.4
          min_shift_ms: -4
          max_shift_ms: 4
        resample:
          prob: 0.0
          new_sample_rate: [ 8000, 24000 ]
        noise:
          prob: 0.4
          noise_dir: 'dataset/noise'
          min_snr_dB: 15
          max_snr_dB: 40
        reverb:
          prob: 0.3
          reverb_dir: 'dataset/reverb'
        spec_aug:
          prob: 0.4
          freq_mask_ratio: 0.2
          n_freq_masks: 1
          time_mask_ratio: 0.1
          n_time_masks: 3
          max_time_warp: 4
        spec_sub_aug:
          prob: 0.4
          max_time: 25
          num_time_sub: 2
        """;
    // When
    AugmentationFile file = read(content, "augmentation.yml");
    // Then
    assertThat(file.entries())
        .extracting(AugmentationFile.Entry::perturbation)
        .filteredOn(perturbation -> !(perturbation instanceof Resample))
        .containsExactly(
            new Speed(new Range(0.9, 1.1), 3),
            new Volume(new Range(-12, 12)),
            new Shift(new Range(-4, 4)),
            new Noise(new Range(15, 40), "dataset/noise", 1),
            new Impulse("dataset/reverb"),
            new SpecAugment(33, 0, 1, 3, 1, 4, 0, 0.1, 20, true),
            new SpecSubstitute(25, 2));
    assertThat(file.warnings())
        .containsExactly("augmentation.yml: entry 4 (resample): prob is 0, which turns it off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          speed: 5                      | a.yml: entry 1 (speed): params is 5; allowed: a JSON object
          just a text                   | a.yml: "just a text"; allowed: an object with prob and
          'speed: {prob: 1, prob: 0}'   | a.yml: not YAML, line 1: Duplicate field 'prob'
          'speed: [1'                   | a.yml: not YAML, line
          """)
  void whatIsWrongInAYamlFileIsReportedInALine(String content, String message) {
    // Given
    // When
    // Then
    assertThatThrownBy(() -> read(content, "a.yml"))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static String entry(String type, String params) {
    return "{\"type\": \"%s\", \"params\": {%s}, \"prob\": 1}".formatted(type, params);
  }

  private static AugmentationFile read(String content, String name) throws DataFileException {
    return AugmentationFile.read(content.getBytes(StandardCharsets.UTF_8), name);
  }

  private Augmentation augmentation(String content) throws Exception {
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    return Augmentation.of(read(content, "a.json"), Map.of(), storage, new RecordingCache(storage));
  }
}
