package deepspeech.dataprep.tool;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.deadletter.LeftOutReason;
import deepspeech.messages.features.LeftOut;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  private final Problems problems = new Problems();

  @Test
  void manyOfOneReasonHideNoOtherReason() {
    // Given
    for (int i = 1; i <= 1000; i++) {
      problems.add(leftOut(LeftOutReason.BROKEN_AUDIO, "broken " + i));
    }
    problems.add(leftOut(LeftOutReason.MALFORMED_LINE, "b.txt line 1: not UTF-8"));

    // When
    String told = told();

    // Then
    assertThat(told.lines())
        .containsExactlyInAnyOrder(
            "broken 1",
            "broken 2",
            "broken 3",
            "broken 4",
            "broken 5",
            "... and 995 more broken_audio",
            "b.txt line 1: not UTF-8",
            "left out 1001 utterances: {broken_audio=1000, malformed_line=1}");
  }

  @Test
  void whatHasNoReasonCodeIsCountedToo() {
    // Given
    for (int i = 1; i <= 7; i++) {
      problems.add("line " + i);
    }

    // When
    String told = told();

    // Then
    assertThat(problems.count()).isEqualTo(7);
    assertThat(told.lines()).hasSize(6).endsWith("line 5", "... and 2 more");
  }

  private String told() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    problems.tell(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static LeftOut leftOut(LeftOutReason reason, String detail) {
    return new LeftOut(1, "a.wav", reason, detail);
  }
}
