package deepspeech.speech.audio;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.speech.features.Numpy;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioReaderTest {
  private final AudioReader reader = new AudioReader(16000, 30);

  @TempDir private Path folder;

  @Test
  void theContentDecidesTheFormatAndNotTheName() throws Exception {
    // Given
    Path flacNamedWav = folder.resolve("a.wav");
    Files.write(flacNamedWav, Numpy.bytes("/audio/flac-16bit-1ch.flac"));
    Path wavNamedMp3 = folder.resolve("b.mp3");
    Files.write(wavNamedMp3, WavBytes.pcm16(new float[] {0.5f, -0.5f}, 16000));
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
    Path file = folder.resolve("a.wav");
    Files.write(file, WavBytes.pcm16(new float[8000], 8000));
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
    Path flac = folder.resolve("a.flac");
    Files.write(flac, Bytes.joined(tags, Numpy.bytes("/audio/flac-16bit-1ch.flac")));
    Path wav = folder.resolve("a.wav");
    Files.write(wav, Bytes.joined(tags, WavBytes.pcm16(new float[100], 16000)));
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
    Path empty = Files.createFile(folder.resolve("empty.wav"));
    Path text = Files.write(folder.resolve("text.wav"), "hello".getBytes(StandardCharsets.UTF_8));
    Path tags = Files.write(folder.resolve("tags.mp3"), TagBytes.id3(100));
    Path zeros = Files.write(folder.resolve("zeros.wav"), new byte[1000]);
    Path missing = folder.resolve("missing.wav");
    // When
    // Then
    assertUnusable(empty, SkipReason.BROKEN_AUDIO, "the file is empty");
    assertUnusable(text, SkipReason.BROKEN_AUDIO, "of no known audio format");
    assertUnusable(tags, SkipReason.BROKEN_AUDIO, "nothing but tags or zeros");
    assertUnusable(zeros, SkipReason.BROKEN_AUDIO, "nothing but tags or zeros");
    assertUnusable(missing, SkipReason.MISSING_AUDIO, "does not exist");
    assertUnusable(folder, SkipReason.MISSING_AUDIO, "is a directory");
  }

  /** The first bytes as sox, ffmpeg and the LDC's files have them. */
  @ParameterizedTest
  @CsvSource({
    "NIST_1A%0A   1024%0A, 'NIST SPHERE, as the LDC''s corpora have it', sph2pipe -f wav",
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
    Path file = Files.write(folder.resolve("a.wav"), Arrays.copyOf(content, 2000));
    // When
    // Then
    assertUnusable(file, SkipReason.BROKEN_AUDIO, "the file is " + name);
    assertUnusable(file, SkipReason.BROKEN_AUDIO, remedy);
  }

  @Test
  void whatDownloadsAndCheckoutsLeaveInTheNameOfAudioIsNamed() throws Exception {
    // Given
    Path pointer =
        text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 28248\n");
    Path page = text("\n<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n");
    Path error = text("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>");
    Path packed = Files.write(folder.resolve("a.wav.gz"), new byte[] {0x1F, (byte) 0x8B, 8, 0, 0});
    // When
    // Then
    assertUnusable(
        pointer,
        SkipReason.BROKEN_AUDIO,
        "the file is a Git LFS pointer, not the file itself; git lfs pull gets that");
    assertUnusable(
        page,
        SkipReason.BROKEN_AUDIO,
        "the file is an HTML page, as a download that failed leaves it");
    assertUnusable(error, SkipReason.BROKEN_AUDIO, "the file is an XML document");
    assertUnusable(packed, SkipReason.BROKEN_AUDIO, "the file is compressed with gzip");
  }

  private Path text(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "a", ".wav"), content);
  }

  private void assertUnusable(Path file, SkipReason reason, String message) {
    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOfSatisfying(
            UnusableAudioException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
