package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code tone} and {@code stereo} hold sines of 0.5 s made by ffmpeg 5.1 (libmp3lame, libvorbis,
 * libopus): {@code tone} one of 440 Hz at an amplitude of 1/8, {@code stereo} the same on the left
 * and one of 1000 Hz on the right. How the others were made stands in their folder.
 */
class CompressedAudioTest {
  private static final double AMPLITUDE = 0.125;

  /** Half a step of 16 bits, which the expected samples are rounded to, twice with channels. */
  private static final double ROUNDED = 1.1 / 32768;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lame-8k.mp3",
        "lame-16k.mp3",
        "lame-24k.mp3",
        "lame-44k-checksum.mp3",
        "lame-48k-vbr-stereo.mp3",
        "oggenc-16k.ogg",
        "oggenc-44k-stereo.ogg",
        "oggenc-44k-six.ogg",
        "oggenc-48k-six.ogg",
        "oggz-chop-skeleton.ogg",
        "opusenc-mono.opus",
        "opusenc-stereo.opus",
        "opusenc-six.opus",
        "opusenc-gain.opus"
      })
  void everySampleIsThatOfTheReferenceDecoder(String name) throws Exception {
    // Given
    byte[] reference =
        GoldenFiles.bytes("/audio/compressed/" + name.substring(0, name.lastIndexOf('.')) + ".wav");
    Waveform expected = new WavDecoder().decode(reference, 30);
    AudioReader reader = new AudioReader(expected.sampleRate(), 30);
    // When
    Waveform waveform = reader.read(content(name));
    // Then
    assertThat(waveform.samples()).hasSize(expected.samples().length);
    for (int i = 0; i < expected.samples().length; i++) {
      assertThat(waveform.samples()[i])
          .as("sample %d", i)
          .isCloseTo(expected.samples()[i], within((float) ROUNDED));
    }
  }

  @Test
  void aPieceOfALongerMp3IsDecodedWhole() throws Exception {
    // Given
    List<byte[]> frames =
        Mp3Frames.read(GoldenFiles.bytes("/audio/compressed/lame-16k-no-information.mp3"), 30)
            .audio()
            .packets();
    byte[] piece = Bytes.joined(frames.subList(3, frames.size()));
    // When
    Waveform waveform = new AudioReader(16_000, 30).read(piece);
    // Then
    assertThat(waveform.samples()).hasSize((frames.size() - 3) * 576);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tone.mp3", "tone-vorbis.ogg", "tone-opus.ogg"})
  void aToneComesOutWithItsFrequencyAmplitudeAndDuration(String name) throws Exception {
    // Given
    byte[] file = content(name);
    // When
    Waveform waveform = new AudioReader(16_000, 30).read(file);
    // Then
    // The MP3 has no information frame: mpg123 and ffmpeg decode all 9216 samples, too.
    double seconds = name.endsWith("mp3") ? 9216 / 16_000.0 : 0.5;
    assertThat(waveform.seconds()).isCloseTo(seconds, within(0.001));
    assertThat(amplitude(waveform, 440)).isCloseTo(AMPLITUDE, within(0.008));
    assertThat(amplitude(waveform, 1000)).isLessThan(0.002);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stereo-id3.mp3", "stereo-vorbis.ogg", "stereo-opus.ogg"})
  void twoChannelsAreMixedToTheirMean(String name) throws Exception {
    // Given
    byte[] file = content(name);
    // When
    Waveform waveform = new AudioReader(16_000, 30).read(file);
    // Then
    assertThat(waveform.seconds()).isCloseTo(0.5, within(0.001));
    assertThat(amplitude(waveform, 440)).isCloseTo(AMPLITUDE / 2, within(0.005));
    assertThat(amplitude(waveform, 1000)).isCloseTo(AMPLITUDE / 2, within(0.005));
  }

  @Test
  void theMostThatCanBeUsedIsABoundInEveryFormat() throws Exception {
    // Given
    AudioReader reader = new AudioReader(16_000, 0.3);
    // When
    // Then
    for (String name : new String[] {"tone.mp3", "tone-vorbis.ogg", "tone-opus.ogg"}) {
      byte[] file = content(name);
      assertThatThrownBy(() -> reader.read(file))
          .isInstanceOf(UnusableAudioException.class)
          .hasMessageContaining("at most 0.")
          .hasMessageEndingWith("s can be used");
    }
  }

  private static byte[] content(String name) throws Exception {
    return GoldenFiles.bytes("/audio/compressed/" + name);
  }

  /** Of a sine in the middle of the audio, away from what codecs do at its ends. */
  private static double amplitude(Waveform waveform, double frequency) {
    float[] samples = waveform.samples();
    int length = 3200;
    int from = (samples.length - length) / 2;
    double cosine = 0;
    double sine = 0;
    for (int i = 0; i < length; i++) {
      double angle = 2 * Math.PI * frequency * i / waveform.sampleRate();
      cosine += samples[from + i] * Math.cos(angle);
      sine += samples[from + i] * Math.sin(angle);
    }
    return 2 * Math.hypot(cosine, sine) / length;
  }
}
