package deepspeech.speech.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.speech.WrongFileException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ManifestFuzzTest {
  private static final byte[] MANIFEST =
      """
      {"audio_filepath": "wav/a.wav", "duration": 1.25, "text": "ab c"}
      {"audio_filepath": "wav/ä.flac", "duration": 3, "text": "近几年"}
      {"audio_filepath": "x.tar#b.wav", "duration": 2e0, "text": ""}
      """
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void everyLineOfADamagedManifestIsAnUtteranceOrSkippedWithOneLine() throws Exception {
    // Given
    Random random = new Random(3);
    int damaged = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] bytes = mutated(random);
      // When
      Manifest manifest;
      try {
        manifest = Manifest.read(bytes, "manifest");
      } catch (UncheckedIOException e) {
        assertThat(e).hasCauseInstanceOf(WrongFileException.class);
        continue;
      }
      // Then
      long lines = TextLines.of(bytes).size();
      assertThat(
              Stream.concat(
                      manifest.utterances().stream().map(Utterance::line),
                      manifest.skipped().stream().map(SkippedUtterance::utterance))
                  .sorted())
          .containsExactlyElementsOf(LongStream.rangeClosed(1, lines).boxed().toList());
      assertThat(manifest.skipped())
          .allSatisfy(
              skipped -> {
                assertThat(skipped.reason()).isEqualTo(SkipReason.MALFORMED_LINE);
                assertThat(skipped.detail()).startsWith("manifest line ").hasLineCount(1);
              });
      damaged += manifest.skipped().size();
    }
    assertThat(damaged).isPositive();
  }

  @Test
  void aLineOfMoreThanAMegabyteIsMalformedAndTheNextOneIsRead() {
    // Given
    byte[] content = new byte[3_000_000 + MANIFEST.length];
    Arrays.fill(content, 0, 3_000_000, (byte) '[');
    content[2_999_999] = '\n';
    System.arraycopy(MANIFEST, 0, content, 3_000_000, MANIFEST.length);
    // When
    Manifest manifest = Manifest.read(content, "manifest");
    // Then
    assertThat(manifest.utterances()).extracting(Utterance::line).containsExactly(2L, 3L, 4L);
    assertThat(manifest.skipped())
        .extracting(SkippedUtterance::detail)
        .containsExactly("manifest line 1: longer than 1048576 bytes; a JSON object is expected");
  }

  private static byte[] mutated(Random random) {
    byte[] bytes = MANIFEST.clone();
    for (int change = 0; change <= random.nextInt(5); change++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = (byte) "{}[]\",:\n\\0e-".charAt(random.nextInt(12));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int length = Math.min(random.nextInt(40), bytes.length - at);
          System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
        }
      }
    }
    return bytes;
  }
}
