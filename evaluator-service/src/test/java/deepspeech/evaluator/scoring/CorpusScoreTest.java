package deepspeech.evaluator.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.messages.InvalidMessageException;
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
    assertThat(score.cer()).isCloseTo(0.3, within(EXACT));
    assertThat(score.referenceCharacters()).isEqualTo(10);
    assertThat(score.utterances()).isEqualTo(2);
    assertThat(score.characterEdits()).isEqualTo(new EditCounts(2, 1, 0));
  }

  @Test
  void wordsAreScoredWhereReferencesHaveSpaces() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("the cat sat", "the hat sat on");
    score.add("yes", "yes");

    // Then: one substitution and one insertion over 3 + 1 words
    assertThat(score.wer()).hasValueCloseTo(0.5, within(EXACT));
  }

  @Test
  void wordsAreNotScoredWithoutSpaces() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("你好世界", "你 好");

    // Then
    assertThat(score.wer()).isEmpty();
    assertThat(score.cer()).isCloseTo(0.75, within(EXACT));
  }

  @Test
  void aSpaceIsACharacterAndARunOfSpacesIsOne() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add(" one \t two ", "onetwo");

    // Then: the space is missing from 7 characters
    assertThat(score.referenceCharacters()).isEqualTo(7);
    assertThat(score.cer()).isCloseTo(1.0 / 7, within(EXACT));
    assertThat(score.wer()).hasValueCloseTo(1.0, within(EXACT));
  }

  @Test
  void aCharacterOutsideTheBasicPlaneIsOneCharacter() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    EditCounts edits = score.add("𠀋a", "a");

    // Then
    assertThat(edits.total()).isEqualTo(1);
    assertThat(score.cer()).isCloseTo(0.5, within(EXACT));
  }

  @Test
  void anEmptyHypothesisDeletesEverything() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("one two", "");

    // Then
    assertThat(score.cer()).isEqualTo(1);
    assertThat(score.wer()).hasValue(1);
  }

  @Test
  void theErrorRateCanExceedOne() {
    // Given
    CorpusScore score = new CorpusScore();

    // When
    score.add("a", "abcd");

    // Then
    assertThat(score.cer()).isEqualTo(3);
  }

  @Test
  void aCorpusWithoutAReferenceCharacterHasNoErrorRate() {
    // Given
    CorpusScore score = new CorpusScore();

    // When, Then
    assertThatThrownBy(score::cer)
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("0 utterances");
  }
}
