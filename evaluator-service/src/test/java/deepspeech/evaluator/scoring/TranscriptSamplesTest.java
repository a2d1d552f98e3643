package deepspeech.evaluator.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.evaluation.SampleTranscript;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TranscriptSamplesTest {
  @Test
  void theSameUtterancesAreChosenInWhateverOrderTheyComeAndWhateverIsRecognised() {
    // Given
    List<Long> lines = new ArrayList<>(LongStream.rangeClosed(1, 500).boxed().toList());
    List<Long> first = choose(lines, 8, "x");

    for (int seed = 0; seed < 10; seed++) {
      // When
      Collections.shuffle(lines, new Random(seed));
      List<Long> again = choose(lines, 8, "y" + seed);

      // Then
      assertThat(again).isEqualTo(first).hasSize(8).isSorted();
    }
  }

  @Test
  void theChoiceIsSpreadOverTheManifest() {
    // When
    List<Long> chosen = choose(LongStream.rangeClosed(1, 1000).boxed().toList(), 20, "x");

    // Then
    assertThat(chosen.stream().filter(line -> line <= 500).count()).isBetween(5L, 15L);
  }

  @Test
  void allAreChosenIfThereAreNotMoreThanWanted() {
    assertThat(choose(List.of(3L, 1L, 2L), 5, "x")).containsExactly(1L, 2L, 3L);
  }

  @Test
  void noneIsChosenIfNoneIsWanted() {
    assertThat(choose(List.of(3L, 1L, 2L), 0, "x")).isEmpty();
  }

  private static List<Long> choose(List<Long> lines, int wanted, String hypothesis) {
    TranscriptSamples samples = new TranscriptSamples(wanted);
    lines.forEach(line -> samples.offer(new SampleTranscript(line, "text", hypothesis, 1)));
    return samples.chosen().stream().map(SampleTranscript::utterance).toList();
  }
}
