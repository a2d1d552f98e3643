package deepspeech.speech.audio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioReaderTest {
  private final AudioReader reader = new AudioReader(16000, 30);

  @Test
  void theContentDecidesTheFormatAndNotTheName() throws Exception {
    // Given
    byte[] flacNamedWav = GoldenFiles.bytes("/audio/flac-16bit-1ch.flac");
    byte[] wavNamedMp3 = WavBytes.pcm16(new float[] {0.5f, -0.5f}, 16000);
    // When
    Waveform flac = reader.read(flacNamedWav);
    Waveform wav = reader.read(wavNamedMp3);
    // Then
    assertThat(flac.samples()).hasSize(5000);
    assertThat(wav.samples()).hasSize(2);
  }

  @Test
  void audioOfAnotherRateIsResampled() throws Exception {
    // Given
    byte[] file = WavBytes.pcm16(new float[8000], 8000);
    // When
    Waveform waveform = reader.read(file);
    // Then
    assertThat(waveform.sampleRate()).isEqualTo(16000);
    assertThat(waveform.samples()).hasSize(16000);
  }

  @Test
  void aTagInFrontSaysNothingAboutTheFormatBehindIt() throws Exception {
    // Given
    byte[] tags = Bytes.joined(TagBytes.id3(100), new byte[10], TagBytes.id3WithFooter(100));
    byte[] flac = Bytes.joined(tags, GoldenFiles.bytes("/audio/flac-16bit-1ch.flac"));
    byte[] wav = Bytes.joined(tags, WavBytes.pcm16(new float[100], 16000));
    // When
    Waveform fromFlac = reader.read(flac);
    Waveform fromWav = reader.read(wav);
    // Then
    assertThat(fromFlac.samples()).hasSize(5000);
    assertThat(fromWav.samples()).hasSize(100);
  }

  @Test
  void filesThatCannotBeUsedAreRefusedWithTheReason() throws Exception {
    // Given
    byte[] empty = new byte[0];
    byte[] text = "hello".getBytes(StandardCharsets.UTF_8);
    byte[] tags = TagBytes.id3(100);
    byte[] zeros = new byte[1000];
    // When
    // Then
    assertUnusable(empty, SkipReason.BROKEN_AUDIO, "the file is empty");
    assertUnusable(text, SkipReason.BROKEN_AUDIO, "of no known audio format");
    assertUnusable(tags, SkipReason.BROKEN_AUDIO, "nothing but tags or zeros");
    assertUnusable(zeros, SkipReason.BROKEN_AUDIO, "nothing but tags or zeros");
  }

  /** The first bytes as sox, ffmpeg and the LDC's files have them. */
  @ParameterizedTest
  @CsvSource({
    "NIST_1A%0A   1024%0A, 'NIST SPHERE, as in the LDC''s corpora', sph2pipe -f wav",
    "FORM%00%00%00%2EAIFFCOMM, AIFF, sox IN OUT.wav",
    "FORM%00%00%00%2EAIFCFVER, AIFF-C, sox IN OUT.wav",
    "RIFX%00%00%00%2EWAVEfmt, big-endian WAV, sox IN OUT.wav",
    ".snd%00%00%00%18, Sun/NeXT AU, sox IN OUT.wav",
    "#!AMR%0A, AMR, ffmpeg -i IN",
    "%00%00%00%1CftypM4A, M4A or MP4, ffmpeg -i IN"
  })
  void formatsThatPeopleHaveAreRefusedByNameWithTheRemedy(String begin, String name, String remedy)
      throws Exception {
    // Given
    byte[] content = URLDecoder.decode(begin, ISO_8859_1).getBytes(ISO_8859_1);
    byte[] file = Arrays.copyOf(content, 2000);
    // When
    // Then
    assertUnusable(file, SkipReason.BROKEN_AUDIO, "the file is " + name);
    assertUnusable(file, SkipReason.BROKEN_AUDIO, remedy);
  }

  @Test
  void whatDownloadsAndCheckoutsLeaveInTheNameOfAudioIsNamed() throws Exception {
    // Given
    byte[] pointer =
        text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 28248\n");
    byte[] page =
        text("\n<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n");
    byte[] error = text("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>");
    byte[] packed = new byte[] {0x1F, (byte) 0x8B, 8, 0, 0};
    // When
    // Then
    assertUnusable(
        pointer,
        SkipReason.BROKEN_AUDIO,
        "the file is a Git LFS pointer, not the file itself; git lfs pull gets that");
    assertUnusable(
        page, SkipReason.BROKEN_AUDIO, "the file is an HTML page, as a failed download leaves it");
    assertUnusable(error, SkipReason.BROKEN_AUDIO, "the file is an XML document");
    assertUnusable(packed, SkipReason.BROKEN_AUDIO, "the file is compressed with gzip");
  }

  private static byte[] text(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  private void assertUnusable(byte[] file, SkipReason reason, String message) {
    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOfSatisfying(
            UnusableAudioException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
