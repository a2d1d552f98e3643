package deepspeech.speech.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.DataFileException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyTest {
  private static final String ALLOWED =
      ", <space> for the space, or one of </s>, <UNK>, <eos>, <mask>, <pad>, <s>, <sos/eos>, <sos>,"
          + " <unk>, which no text has";

  @Test
  void tokensAreOneALineWithOrWithoutACount() throws Exception {
    // Given
    String file = "<blank>\t-1\ne\t12\r\n \t7\n𝄞\n";
    // When
    Vocabulary vocabulary = read(file);
    // Then
    assertThat(vocabulary.tokens()).containsExactly("<blank>", "e", " ", "𝄞");
  }

  @Test
  void aTextBecomesTheLabelsOfItsCharactersAndUnknownOnesAreCounted() throws Exception {
    // Given
    Vocabulary vocabulary = read("<blank>\na\nb\n \n𝄞\n");
    // When
    Transcript transcript = vocabulary.transcript(" ab 𝄞x𝄢b\t");
    // Then
    assertThat(transcript.labels()).containsExactly(1, 2, 3, 4, 2);
    assertThat(transcript.unknownCharacters()).hasSize(2);
  }

  @Test
  void aVocabularyOfPpasrIsReadWithTheLabelsThatItGives() throws Exception {
    // Given
    Vocabulary vocabulary = read("<blank>\t-1\n<unk>\t-1\na\t9\n<space>\t5\nb\t2\n<eos>\t-1\n");
    // When
    Transcript transcript = vocabulary.transcript("a b<unk>");
    // Then
    assertThat(vocabulary.tokens()).containsExactly("<blank>", "<unk>", "a", " ", "b", "<eos>");
    assertThat(transcript.labels()).containsExactly(2, 3, 4);
    assertThat(transcript.unknownCharacters()).hasSize(5);
  }

  @Test
  void theBlankCannotBeSpelt() throws Exception {
    // Given
    Vocabulary vocabulary = read("<blank>\nb\n");
    // When
    Transcript transcript = vocabulary.transcript("<blank>");
    // Then
    assertThat(transcript.labels()).containsExactly(1);
    assertThat(transcript.unknownCharacters()).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | vocab.txt: is empty; <blank> and the characters are expected",
        "a;b; | vocab.txt line 1: the token is 'a'; the first one must be <blank>",
        "<blank>; | vocab.txt: has no character beside <blank>",
        "<blank>;a;;b; | vocab.txt line 3: the token is empty; one character is expected",
        "<blank>;<unk>; | vocab.txt: has no character beside <blank>",
        "<blank>;a;ab; | vocab.txt line 3: the token is 'ab'; one character is expected" + ALLOWED,
        "<blank>;a;<blank>; | vocab.txt line 3: the token is '<blank>'; one character is expected"
            + ALLOWED,
        "<blank>;a;<eos>;b;<eos>; | vocab.txt line 5: the token '<eos>' is already on line 3",
        "<blank>;<space>;a; ; | vocab.txt line 4: the token ' ' is already on line 2",
        "<blank>;a;b;a; | vocab.txt line 4: the token 'a' is already on line 2",
        "<blank>;a~many; | vocab.txt line 2: the count is 'many'; a whole number is expected",
      })
  void aVocabularyThatCannotBeUsedIsNamedWithTheLine(String lines, String message) {
    // Given
    String file = lines.replace(';', '\n').replace('~', '\t');
    // When
    // Then
    assertThatThrownBy(() -> read(file)).isInstanceOf(DataFileException.class).hasMessage(message);
  }

  private static Vocabulary read(String file) throws DataFileException {
    return Vocabulary.read(file.getBytes(StandardCharsets.UTF_8), "vocab.txt");
  }
}
