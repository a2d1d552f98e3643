package deepspeech.evaluator.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.InvalidMessageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusScoreTest {
  private static final double EXACT = 1e-12;

  @Test
  void theErrorRateIsAllEditsOverAllReferenceCharacters() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("kitten", "sitting");
    score.add("abcd", "abcd");

    // Then: 3 edits over 6 + 4 characters, not the mean of 1/2 and 0
    assertThat(score.counts().cer()).isCloseTo(0.3, within(EXACT));
    assertThat(score.counts().characters().reference()).isEqualTo(10);
    assertThat(score.counts().utterances()).isEqualTo(2);
    assertThat(score.counts().characters().edits()).isEqualTo(new EditCounts(2, 1, 0));
  }

  @Test
  void wordsAreScoredWhereReferencesHaveSpaces() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("the cat sat", "the hat sat on");
    score.add("yes", "yes");

    // Then: one substitution and one insertion over 3 + 1 words
    assertThat(score.counts().wer()).hasValueCloseTo(0.5, within(EXACT));
  }

  @Test
  void wordsAreNotScoredWithoutSpaces() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("你好世界", "你 好");

    // Then
    assertThat(score.counts().wer()).isEmpty();
    assertThat(score.counts().cer()).isCloseTo(0.75, within(EXACT));
  }

  @Test
  void aSpaceIsACharacterAndARunOfSpacesIsOne() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add(" one \t two ", "onetwo");

    // Then: the space is missing from 7 characters
    assertThat(score.counts().characters().reference()).isEqualTo(7);
    assertThat(score.counts().cer()).isCloseTo(1.0 / 7, within(EXACT));
    assertThat(score.counts().wer()).hasValueCloseTo(1.0, within(EXACT));
  }

  @Test
  void aCharacterOutsideTheBasicPlaneIsOneCharacter() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    EditCounts edits = score.add("𠀋a", "a");

    // Then
    assertThat(edits.total()).isEqualTo(1);
    assertThat(score.counts().cer()).isCloseTo(0.5, within(EXACT));
  }

  @Test
  void anEmptyHypothesisDeletesEverything() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("one two", "");

    // Then
    assertThat(score.counts().cer()).isEqualTo(1);
    assertThat(score.counts().wer()).hasValue(1);
  }

  @Test
  void theErrorRateCanExceedOne() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("a", "abcd");

    // Then
    assertThat(score.counts().cer()).isEqualTo(3);
  }

  @Test
  void thePartsOfACorpusAddUpToTheDigit() {
    // Given
    List<String> references = List.of("kitten", "the cat sat", "你好世界", "a", "one two", "x");
    List<String> hypotheses = List.of("sitting", "the hat sat on", "你 好", "abcd", "", "x");
    CorpusScore whole = new CorpusScore();
    List<CorpusScore> parts = List.of(new CorpusScore(), new CorpusScore(), new CorpusScore());

    // When
    for (int i = 0; i < references.size(); i++) {
      whole.add(references.get(i), hypotheses.get(i));
      parts.get(i / 2).add(references.get(i), hypotheses.get(i));
    }
    CorpusCounts sum =
        parts.stream().map(CorpusScore::counts).reduce(CorpusCounts.NONE, CorpusCounts::plus);

    // Then
    assertThat(sum).isEqualTo(whole.counts());
    assertThat(sum.cer()).isEqualTo(whole.counts().cer());
    assertThat(sum.wer()).isEqualTo(whole.counts().wer());
  }

  @Test
  void aCorpusWithoutAReferenceCharacterHasNoErrorRate() {
    // Given
    CorpusScore score = new CorpusScore();

    // When, Then
    assertThatThrownBy(() -> score.counts().cer())
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("0 utterances");
  }
}
