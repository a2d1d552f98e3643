package deepspeech.dataprep.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.dataprep.features.Numpy;
import deepspeech.messages.deadletter.LeftOutReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void filesThatCannotBeUsedAreRefusedWithTheReason() throws Exception {
    // Given
    Path empty = Files.createFile(folder.resolve("empty.wav"));
    Path text = Files.write(folder.resolve("text.wav"), "hello".getBytes(StandardCharsets.UTF_8));
    Path missing = folder.resolve("missing.wav");
    // When
    // Then
    assertUnusable(empty, LeftOutReason.BROKEN_AUDIO, "the file is empty");
    assertUnusable(text, LeftOutReason.BROKEN_AUDIO, "of no known audio format");
    assertUnusable(missing, LeftOutReason.MISSING_AUDIO, "does not exist");
    assertUnusable(folder, LeftOutReason.MISSING_AUDIO, "is a directory");
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
        LeftOutReason.BROKEN_AUDIO,
        "the file is a Git LFS pointer, not the file itself; git lfs pull gets that");
    assertUnusable(
        page,
        LeftOutReason.BROKEN_AUDIO,
        "the file is an HTML page, as a download that failed leaves it");
    assertUnusable(error, LeftOutReason.BROKEN_AUDIO, "the file is an XML document");
    assertUnusable(packed, LeftOutReason.BROKEN_AUDIO, "the file is compressed with gzip");
  }

  private Path text(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "a", ".wav"), content);
  }

  private void assertUnusable(Path file, LeftOutReason reason, String message) {
    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOfSatisfying(
            UnusableAudioException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
