package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.audio.WavBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImpulseTest {
  @TempDir private Path folder;
  private final float[] speech = Signals.noise(8000, 4);

  @Test
  void aUnitImpulseChangesNothingWhereverItStands() throws Exception {
    // Given
    float[] response = new float[2000];
    response[700] = 0.8f;
    // When
    float[] reverberant = apply(response, 1);
    // Then
    for (int i = 0; i < speech.length; i++) {
      assertThat(reverberant[i]).isCloseTo(speech[i], within(1e-5f));
    }
  }

  @Test
  void anEchoComesLaterThanTheDirectPathAndLengthAndEnergyAreKept() throws Exception {
    // Given
    float[] response = new float[2000];
    response[100] = -0.8f;
    response[900] = -0.4f;
    // When
    float[] reverberant = apply(response, 1);
    // Then
    assertThat(reverberant).hasSize(8000);
    assertThat(Signals.energy(reverberant)).isCloseTo(Signals.energy(speech), within(0.01));
    double gain = reverberant[0] / speech[0];
    for (int i = 800; i < speech.length; i++) {
      assertThat((double) reverberant[i])
          .isCloseTo(gain * (speech[i] + 0.5 * speech[i - 800]), within(1e-4));
    }
  }

  @Test
  void theStrengthIsThePartOfTheReverberation() throws Exception {
    // Given
    float[] response = new float[2000];
    response[100] = 0.8f;
    response[900] = 0.4f;
    // When
    float[] half = apply(response, 0.5);
    // Then
    double gain = half[0] / speech[0];
    for (int i = 800; i < speech.length; i++) {
      assertThat((double) half[i])
          .isCloseTo(gain * (speech[i] + 0.25 * speech[i - 800]), within(1e-4));
    }
  }

  @Test
  void ofALongRecordingWhatSurroundsTheDirectPathCounts() throws Exception {
    // Given
    float[] response = new float[200_000];
    response[150_000] = 0.8f;
    // When
    float[] reverberant = apply(response, 1);
    // Then
    for (int i = 0; i < speech.length; i++) {
      assertThat(reverberant[i]).isCloseTo(speech[i], within(1e-5f));
    }
  }

  @Test
  void aSilentResponseIsSkipped() throws Exception {
    // Given
    float[] response = new float[2000];
    // When
    float[] reverberant = apply(response, 1);
    // Then
    assertThat(reverberant).isEqualTo(speech);
  }

  @Test
  void theManifestIsRead() throws Exception {
    // Given
    String params = "\"impulse_manifest_path\": \"set/manifest.rooms\"";
    // When
    Perturbation read = SingleEntry.read("impulse", params);
    // Then
    assertThat(read).isEqualTo(new Impulse("set/manifest.rooms"));
  }

  @Test
  void anEntryWithoutManifestIsRefused() {
    // Given
    String params = "";
    // When
    // Then
    assertThatThrownBy(() -> SingleEntry.read("impulse", params))
        .hasMessage(
            "a.json: entry 1 (impulse): impulse_manifest_path is missing; allowed: the path of a"
                + " manifest");
  }

  private float[] apply(float[] response, double strength) throws Exception {
    Path file = Files.write(folder.resolve("room.wav"), WavBytes.pcm16(response, 16_000));
    WorkingAudio audio = Signals.audio(speech);
    new Impulse("i")
        .apply(audio, Signals.draw(1, strength, Signals.recordings(folder, List.of(file))));
    return Signals.samples(audio);
  }
}
