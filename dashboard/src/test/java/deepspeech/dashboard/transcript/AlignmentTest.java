package deepspeech.dashboard.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.dashboard.transcript.Alignment.AlignedSegment;
import deepspeech.dashboard.transcript.Alignment.Operation;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlignmentTest {
  /** The textbook example of Wagner and Fischer's distance: 3. */
  @Test
  void kittenBecomesSittingByTwoSubstitutionsAndAnInsertion() {
    // When
    List<AlignedSegment> segments = Alignment.of("kitten", "sitting");

    // Then
    assertThat(segments)
        .containsExactly(
            new AlignedSegment(Operation.SUBSTITUTION, "k", "s"),
            new AlignedSegment(Operation.EQUAL, "itt", "itt"),
            new AlignedSegment(Operation.SUBSTITUTION, "e", "i"),
            new AlignedSegment(Operation.EQUAL, "n", "n"),
            new AlignedSegment(Operation.INSERTION, "", "g"));
  }

  @Test
  void aCharacterOutsideTheBasicPlaneIsOneCharacter() {
    // When
    List<AlignedSegment> segments = Alignment.of("𠮷野家", "吉野家");

    // Then
    assertThat(segments)
        .containsExactly(
            new AlignedSegment(Operation.SUBSTITUTION, "𠮷", "吉"),
            new AlignedSegment(Operation.EQUAL, "野家", "野家"));
  }

  @Test
  void whatIsMissingAtTheEndIsDeleted() {
    // When
    List<AlignedSegment> segments = Alignment.of("今天天气", "今天");

    // Then
    assertThat(segments)
        .containsExactly(
            new AlignedSegment(Operation.EQUAL, "今天", "今天"),
            new AlignedSegment(Operation.DELETION, "天气", ""));
  }

  @Test
  void emptyTextsHaveNothingToAlign() {
    // When / Then
    assertThat(Alignment.of("", "")).isEmpty();
    assertThat(Alignment.of("", "a"))
        .containsExactly(new AlignedSegment(Operation.INSERTION, "", "a"));
  }

  @Test
  void markupIsTextLikeAnyOther() {
    // When
    List<AlignedSegment> segments = Alignment.of("<b>", "<i>");

    // Then
    assertThat(segments)
        .containsExactly(
            new AlignedSegment(Operation.EQUAL, "<", "<"),
            new AlignedSegment(Operation.SUBSTITUTION, "b", "i"),
            new AlignedSegment(Operation.EQUAL, ">", ">"));
  }

  @Test
  void everyAlignmentHasBothTextsAndTheFewestEdits() {
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      // Given
      String reference = text(random);
      String hypothesis = text(random);

      // When
      List<AlignedSegment> segments = Alignment.of(reference, hypothesis);

      // Then
      assertThat(segments.stream().map(AlignedSegment::reference).collect(Collectors.joining()))
          .isEqualTo(reference);
      assertThat(segments.stream().map(AlignedSegment::hypothesis).collect(Collectors.joining()))
          .isEqualTo(hypothesis);
      assertThat(edits(segments)).isEqualTo(distance(reference, hypothesis));
    }
  }

  @Test
  void endlessTextsAreAlignedAsOneWholeEach() {
    // Given
    String reference = "a" + "b".repeat(10_000);
    String hypothesis = "a" + "c".repeat(10_000);

    // When
    List<AlignedSegment> segments = Alignment.of(reference, hypothesis);

    // Then
    assertThat(segments)
        .extracting(AlignedSegment::operation)
        .containsExactly(Operation.EQUAL, Operation.DELETION, Operation.INSERTION);
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(9), 'a', 'd')
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static int edits(List<AlignedSegment> segments) {
    return segments.stream()
        .filter(segment -> segment.operation() != Operation.EQUAL)
        .mapToInt(s -> Math.max(s.reference().length(), s.hypothesis().length()))
        .sum();
  }

  /** By the definition, without a table. */
  private static int distance(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.length() + other.length();
    }
    if (one.charAt(0) == other.charAt(0)) {
      return distance(one.substring(1), other.substring(1));
    }
    return 1
        + Math.min(
            distance(one.substring(1), other.substring(1)),
            Math.min(distance(one.substring(1), other), distance(one, other.substring(1))));
  }
}
