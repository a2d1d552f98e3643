package deepspeech.tools.common;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemsTest {
  @TempDir private Path folder;
  private Problems problems;

  @BeforeEach
  void withoutList() throws Exception {
    problems = new Problems(new SkippedUtteranceList(null));
  }

  @Test
  void manyOfOneReasonHideNoOtherReason() {
    // Given
    for (int i = 1; i <= 1000; i++) {
      problems.add(skipped(SkipReason.BROKEN_AUDIO, "broken " + i));
    }
    problems.add(skipped(SkipReason.MALFORMED_LINE, "b.txt line 1: not UTF-8"));

    // When
    String printed = printed();

    // Then
    assertThat(printed.lines())
        .containsExactlyInAnyOrder(
            "broken 1",
            "broken 2",
            "broken 3",
            "broken 4",
            "broken 5",
            "... and 995 more broken_audio",
            "b.txt line 1: not UTF-8",
            "skipped 1001 utterances: {broken_audio=1000, malformed_line=1}");
  }

  @Test
  void everyOneIsInTheList() throws Exception {
    // Given
    Path file = folder.resolve("skipped.tsv");
    try (SkippedUtteranceList list = new SkippedUtteranceList(file)) {
      Problems listed = new Problems(list);
      for (int i = 1; i <= 7; i++) {
        listed.add(skipped(SkipReason.BROKEN_AUDIO, "broken\t" + i));
      }

      // When
      list.finish();
    }

    // Then
    assertThat(Files.readAllLines(file))
        .hasSize(8)
        .startsWith("line\taudio_filepath\treason\tdetail")
        .endsWith("1\ta.wav\tbroken_audio\tbroken 7");
  }

  private String printed() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    problems.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static SkippedUtterance skipped(SkipReason reason, String detail) {
    return new SkippedUtterance(1, "a.wav", reason, detail);
  }
}
