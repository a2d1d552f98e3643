package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.audio.codec.EncodedAudio;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is around the codec: a file of 7680 samples, of which 312 in front are skipped. */
class CompressedDecoderTest {
  private static final String FILE = "opusenc-mono.opus";

  @Test
  void whatTheCodecGivesIsTrimmed() throws Exception {
    // Given
    CompressedDecoder decoder = new CompressedDecoder((audio, most) -> ramp(7680));
    // When
    Waveform waveform = decoder.decode(resource(), 30);
    // Then
    assertThat(waveform.sampleRate()).isEqualTo(48_000);
    assertThat(waveform.samples()).hasSize(7200);
    assertThat(waveform.samples()[0]).isEqualTo(312);
    assertThat(waveform.samples()[7199]).isEqualTo(7511);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7679, 7681})
  void anotherNumberOfSamplesThanThePacketsHoldIsBroken(int count) throws Exception {
    // Given
    byte[] file = resource();
    CompressedDecoder decoder = new CompressedDecoder((audio, most) -> ramp(count));
    // When
    // Then
    assertThatThrownBy(() -> decoder.decode(file, 30))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage(
            "the packets of the audio decode to %d samples in place of 7680: they are damaged",
            count);
  }

  @Test
  void aSampleThatIsNoNumberIsBroken() throws Exception {
    // Given
    byte[] file = resource();
    float[] samples = ramp(7680);
    samples[400] = Float.NaN;
    CompressedDecoder decoder = new CompressedDecoder((audio, most) -> samples);
    // When
    // Then
    assertThatThrownBy(() -> decoder.decode(file, 30))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("sample 88 of the audio is not a finite number");
  }

  @Test
  void audioThatIsTooLongNeverReachesTheCodec() throws Exception {
    // Given
    byte[] file = resource();
    CompressedDecoder decoder =
        new CompressedDecoder(
            (EncodedAudio audio, long most) -> {
              throw new AssertionError("decoded");
            });
    // When
    // Then
    assertThatThrownBy(() -> decoder.decode(file, 0.1))
        .isInstanceOf(UnusableAudioException.class)
        .hasMessage("the audio lasts 0.15 s; at most 0.10 s can be used");
  }

  private static byte[] resource() throws IOException {
    return GoldenFiles.bytes("/audio/compressed/" + FILE);
  }

  private static float[] ramp(int count) {
    float[] samples = new float[count];
    for (int i = 0; i < count; i++) {
      samples[i] = i;
    }
    return samples;
  }
}
