package deepspeech.dataprep.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.dataprep.features.Numpy;
import deepspeech.messages.deadletter.LeftOutReason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The files were made by libsndfile 1.2.2; the expected samples are the numbers that it was given:
 * two tones with noise, clipped stretches of full scale and a stretch of silence.
 */
class FlacDecoderTest {
  private final FlacDecoder decoder = new FlacDecoder();

  @ParameterizedTest
  @CsvSource({"8,1", "8,2", "16,1", "16,2", "24,1", "24,2"})
  void decodesToTheSamplesThatWereEncoded(int bits, int channels) throws Exception {
    // Given
    String name = "/audio/flac-%dbit-%dch".formatted(bits, channels);
    double[] expected = Numpy.read(name + ".npy");
    // When
    Waveform waveform = decoder.decode(Numpy.bytes(name + ".flac"), 30);
    // Then
    assertThat(waveform.sampleRate()).isEqualTo(16000);
    assertThat(waveform.samples()).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) waveform.samples()[i]).isCloseTo(expected[i], within(1e-7));
    }
  }

  @Test
  void everyTruncationIsBroken() throws Exception {
    // Given
    byte[] whole = Numpy.bytes("/audio/flac-16bit-1ch.flac");
    // When
    for (int length = 4; length < whole.length; length += 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      // Then
      assertThatThrownBy(() -> decoder.decode(cut, 30))
          .isInstanceOfSatisfying(
              UnusableAudioException.class,
              e -> assertThat(e.reason()).isEqualTo(LeftOutReason.BROKEN_AUDIO));
    }
  }

  @Test
  void damagedFramesAreNeverDecodedAsAudio() throws Exception {
    // Given
    byte[] whole = Numpy.bytes("/audio/flac-16bit-2ch.flac");
    Random random = new Random(11);
    // When
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      int at = whole.length / 2 + random.nextInt(whole.length / 2);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      // Then
      assertThatThrownBy(() -> decoder.decode(damaged, 30))
          .as("bit flip in byte %d", at)
          .isInstanceOf(UnusableAudioException.class);
    }
  }

  @Test
  void damagedMetadataNeverEndInAnythingButUnusableAudio() throws Exception {
    // Given
    byte[] whole = Numpy.bytes("/audio/flac-16bit-1ch.flac");
    Random random = new Random(12);
    int refused = 0;
    // When
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = whole.clone();
      damaged[4 + random.nextInt(60)] = (byte) random.nextInt();
      try {
        decoder.decode(damaged, 30);
      } catch (UnusableAudioException e) {
        refused++;
      }
    }
    // Then
    assertThat(refused).isPositive();
  }

  @Test
  void audioLongerThanTheLimitIsTooLong() throws Exception {
    // Given
    byte[] file = Numpy.bytes("/audio/flac-16bit-1ch.flac");
    // When
    // Then
    assertThatThrownBy(() -> decoder.decode(file, 0.25))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> assertThat(e.reason()).isEqualTo(LeftOutReason.TOO_LONG));
  }
}
