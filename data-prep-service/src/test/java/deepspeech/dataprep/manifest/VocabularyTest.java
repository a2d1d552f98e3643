package deepspeech.dataprep.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.dataprep.DataFileException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocabularyTest {
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
        "<blank>; | vocab.txt: has no token beside <blank>",
        "<blank>;a;;b; | vocab.txt line 3: the token is empty; one character is expected",
        "<blank>;a;<unk>; | vocab.txt line 3: the token is '<unk>'; one character is expected",
        "<blank>;a;<blank>; | vocab.txt line 3: the token is '<blank>'; one character is expected",
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
