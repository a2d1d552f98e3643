package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Pcm16Test {
  private static final int RATE = 16_000;

  @Test
  void amplitudesAreRoundedToTheNearestStep() {
    // Given
    float[] amplitudes = {0, -1, 0.5f, 0.4f / 32768, -0.6f / 32768, 1};
    // When
    short[] samples = Pcm16.of(new Waveform(amplitudes, RATE)).samples();
    // Then
    assertThat(samples)
        .containsExactly(
            (short) 0, (short) -32768, (short) 16384, (short) 0, (short) -1, (short) 32767);
  }

  @Test
  void audioBeyondFullScaleIsMadeSmallerAsAWholeAndNotClipped() {
    // Given
    float[] amplitudes = {0.5f, -2, 1};
    // When
    short[] samples = Pcm16.of(new Waveform(amplitudes, RATE)).samples();
    // Then
    assertThat(samples).containsExactly((short) 8192, (short) -32768, (short) 16384);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 15, 16, 17, 4095, 4096, 4097, 8192, 100_000, 600_000})
  void whatIsWrittenIsReadAgainSampleForSample(int length) throws Exception {
    // Given
    for (Pcm16 audio : signals(length)) {
      float[] expected = new float[length];
      for (int i = 0; i < length; i++) {
        expected[i] = audio.samples()[i] / 32768f;
      }
      // When
      Waveform wav = new WavDecoder().decode(audio.toWav(), 60);
      Waveform flac = new FlacDecoder().decode(audio.toFlac(), 60);
      // Then
      assertThat(wav.sampleRate()).isEqualTo(RATE);
      assertThat(wav.samples()).isEqualTo(expected);
      assertThat(flac.sampleRate()).isEqualTo(RATE);
      assertThat(flac.samples()).isEqualTo(expected);
    }
  }

  @Test
  void flacTakesLessThanHalfForAToneAndHardlyMoreForNoise() {
    // Given
    Pcm16[] signals = signals(50_000);
    // When
    // Then
    assertThat(signals[0].toFlac().length).isLessThan(50_000);
    assertThat((double) signals[1].toFlac().length).isCloseTo(100_000, within(500.0));
    assertThat(signals[2].toFlac().length).isLessThan(300);
  }

  /** A tone, noise of full scale, silence, and jumps from one end to the other. */
  private static Pcm16[] signals(int length) {
    Random random = new Random(length);
    short[] tone = new short[length];
    short[] noise = new short[length];
    short[] jumps = new short[length];
    for (int i = 0; i < length; i++) {
      tone[i] = (short) (12_000 * Math.sin(0.05 * i) + 20 * random.nextGaussian());
      noise[i] = (short) random.nextInt();
      jumps[i] = i % 3 == 0 ? Short.MIN_VALUE : Short.MAX_VALUE;
    }
    return new Pcm16[] {
      new Pcm16(tone, RATE),
      new Pcm16(noise, RATE),
      new Pcm16(new short[length], RATE),
      new Pcm16(jumps, RATE)
    };
  }
}
