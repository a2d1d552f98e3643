package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files with bytes changed, cut, doubled and moved, always the same ones. A decoder excuses only
 * what its library throws, so that a defect of this service's own code fails the test.
 */
class DecoderFuzzTest {
  private static final int MUTATIONS = 400;
  private static final int PCM = 1;
  private static final int FLOAT = 3;

  /** Bytes of the headers in front, which most damage is done to. */
  private static final int AUDIO_HEADERS = 128;

  static Stream<Arguments> originals() throws IOException {
    return Stream.of(
        file("/audio/signal-16k.wav"),
        arguments("8 bits", wav(PCM, 1, 8)),
        arguments("24 bits", wav(PCM, 1, 24)),
        arguments("24 bits, 2 channels", wav(PCM, 2, 24)),
        arguments("32 bits, 2 channels", wav(PCM, 2, 32)),
        arguments("32-bit float", wav(FLOAT, 1, 32)),
        arguments("64-bit float, 2 channels", wav(FLOAT, 2, 64)),
        arguments(
            "extensible 24 bits, 6 channels",
            new WavBytes()
                .extensible(PCM, 6, 16_000, 24)
                .chunk("LIST", new byte[26])
                .chunk("data", samples(PCM, 24))
                .build()),
        file("/audio/flac-16bit-1ch.flac"),
        file("/audio/compressed/mutagen-tags-16k.mp3"),
        file("/audio/compressed/lame-48k-vbr-stereo.mp3"),
        file("/audio/compressed/shine-44k.mp3"),
        file("/audio/compressed/ffmpeg-16k-pages.ogg"),
        file("/audio/compressed/oggenc-44k-six.ogg"),
        file("/audio/compressed/oggz-chop-skeleton.ogg"),
        file("/audio/compressed/opusenc-2.5ms.opus"),
        file("/audio/compressed/opusenc-six.opus"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("originals")
  void damagedFilesGiveFiniteAudioOrOneReasonWithinBounds(String name, byte[] original)
      throws Exception {
    // Given
    Random random = new Random(name.hashCode());
    AudioReader reader = new AudioReader(16_000, 30);
    int refused = 0;
    // When
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = DamagedFiles.mutated(original, AUDIO_HEADERS, random);
      refused += DamagedFiles.isRefused(() -> reader.decode(mutated)) ? 1 : 0;
    }
    // Then
    assertThat(refused).isPositive();
    assertThat(reader.decode(original).samples()).isNotEmpty();
  }

  private static Arguments file(String resource) throws IOException {
    return arguments(resource, GoldenFiles.bytes(resource));
  }

  private static byte[] wav(int format, int channels, int bits) {
    return new WavBytes()
        .format(format, channels, 16_000, bits)
        .chunk("data", samples(format, bits))
        .build();
  }

  /** A tone of 6000 samples, which several channels can share. */
  private static byte[] samples(int format, int bits) {
    ByteBuffer samples = ByteBuffer.allocate(6000 * bits / 8).order(ByteOrder.LITTLE_ENDIAN);
    while (samples.hasRemaining()) {
      double sample = 0.5 * Math.sin(0.01 * samples.position());
      if (format == FLOAT && bits == 64) {
        samples.putDouble(sample);
      } else if (format == FLOAT) {
        samples.putFloat((float) sample);
      } else {
        long value = (long) (sample * (1L << (bits - 1)));
        for (int shift = 0; shift < bits; shift += 8) {
          samples.put((byte) (value >> shift));
        }
      }
    }
    return samples.array();
  }
}
