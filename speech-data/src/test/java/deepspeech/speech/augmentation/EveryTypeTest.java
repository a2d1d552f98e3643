package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import deepspeech.messages.Json;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.features.Float16;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract of every type of perturbation, tried with the type's entry of the example file. */
class EveryTypeTest {
  private static final Path EXAMPLE = Path.of("conf/augmentation.json");
  private static final int BINS = 161;
  private static final int FRAMES = 100;
  private static final int KEYS = 20;

  @TempDir private Path folder;
  private final float[] speech = Signals.noise(16_000, 8);

  @BeforeEach
  void writeRecording() throws Exception {
    Files.write(folder.resolve("recording.wav"), WavBytes.pcm16(Signals.noise(9000, 1), 16_000));
  }

  @ParameterizedTest
  @EnumSource
  void theResultDependsOnTheUtteranceAndItsEpochAloneAndTheLoadedArrayStays(PerturbationType type)
      throws Exception {
    // Given
    Augmentation here = augmentation(type);
    Augmentation there = augmentation(type);
    Map<UtteranceKey, float[]> waveforms = new HashMap<>();
    Map<UtteranceKey, short[]> features = new HashMap<>();
    for (int line = 1; line <= KEYS; line++) {
      UtteranceKey key = new UtteranceKey(7, 2, line);
      waveforms.put(key, perturb(here, key, 320));
      features.put(key, features(here, key));
    }
    for (int line = KEYS; line >= 1; line--) {
      UtteranceKey key = new UtteranceKey(7, 2, line);
      // When
      float[] waveform = perturb(there, key, 320);
      short[] masked = features(there, key);
      // Then
      assertThat(waveform).isEqualTo(waveforms.get(key));
      assertThat(masked).isEqualTo(features.get(key));
    }
    assertThat(speech).isEqualTo(Signals.noise(16_000, 8));
  }

  @ParameterizedTest
  @EnumSource
  void someUtterancesChange(PerturbationType type) throws Exception {
    // Given
    Augmentation augmentation = augmentation(type);
    int changed = 0;
    for (int line = 1; line <= KEYS; line++) {
      UtteranceKey key = new UtteranceKey(7, 2, line);
      // When
      boolean isWaveformChanged = !Arrays.equals(perturb(augmentation, key, 320), speech);
      boolean areFeaturesChanged = !Arrays.equals(features(augmentation, key), halves(numbered()));
      // Then
      changed += isWaveformChanged || areFeaturesChanged ? 1 : 0;
    }
    assertThat(changed).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void theAudioIsNeverTooShortForItsLabelsNorLongerThanTheLongestStretch(PerturbationType type)
      throws Exception {
    // Given
    Augmentation augmentation = augmentation(type);
    for (int line = 1; line <= KEYS; line++) {
      // When
      int length = perturb(augmentation, new UtteranceKey(7, 2, line), speech.length).length;
      // Then
      assertThat(length)
          .isBetween(speech.length, (int) (speech.length * augmentation.longestStretch()));
    }
  }

  /** The type's entry alone, for every utterance and with its full strength. */
  private Augmentation augmentation(PerturbationType type) throws Exception {
    AugmentationFile file = AugmentationFile.read(entry(type), EXAMPLE.toString());
    byte[] manifest = "{\"audio_filepath\": \"recording.wav\"}".getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> manifests = new HashMap<>();
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    file.manifests(storage).keySet().forEach(path -> manifests.put(path, manifest));
    Augmentation augmentation =
        Augmentation.of(file, manifests, storage, new RecordingCache(storage));
    assertThat(augmentation.warnings()).isEmpty();
    return augmentation;
  }

  private static byte[] entry(PerturbationType type) throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    for (JsonNode entry : Json.readTree(Files.readAllBytes(EXAMPLE))) {
      if (entry.path("type").asText().equals(type.toString())) {
        ObjectNode always = entry.deepCopy();
        always.put("prob", 1).remove("ramp");
        entries.add(always);
      }
    }
    assertThat(entries).as("the entry of %s in speech-data/%s", type, EXAMPLE).isNotEmpty();
    return Json.write(entries);
  }

  private float[] perturb(Augmentation augmentation, UtteranceKey key, int fewestSamples) {
    WorkingAudio audio = Signals.audio(speech);
    augmentation.perturb(audio, key, fewestSamples);
    return Signals.samples(audio);
  }

  private static short[] features(Augmentation augmentation, UtteranceKey key) {
    float[] features = numbered();
    List<DrawnFeatures> all = augmentation.features(key, FRAMES);
    for (DrawnFeatures drawn : all) {
      if (drawn.warps()) {
        float[] warped = new float[features.length];
        drawn.warp(features, warped);
        features = warped;
      }
    }
    short[] halves = halves(features);
    all.forEach(drawn -> drawn.mask(halves));
    return halves;
  }

  /** Features that are each the number of their frame, from 1. */
  private static float[] numbered() {
    float[] features = new float[FRAMES * BINS];
    for (int i = 0; i < features.length; i++) {
      features[i] = 1 + Math.floorDiv(i, BINS);
    }
    return features;
  }

  private static short[] halves(float[] features) {
    short[] halves = new short[features.length];
    for (int i = 0; i < features.length; i++) {
      halves[i] = Float16.fromFloat(features[i]);
    }
    return halves;
  }
}
