package deepspeech.evaluator.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GreedyDecoderTest {
  private static final List<String> VOCABULARY = List.of("<blank>", "a", "b", " ", "語");

  private final GreedyDecoder decoder = new GreedyDecoder(VOCABULARY);

  /** Paths and what CTC makes of them, by the definition of the map B in Graves et al. 2006. */
  @ParameterizedTest(name = "path {0}")
  @CsvSource(
      nullValues = "-",
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "000, ''",
        "1, a",
        "111, a",
        "101, aa",
        "0110220, ab",
        "1221, aba",
        "1020, ab",
        "13204, 'a b語'",
        "4404, 語語"
      })
  void repeatsAreJoinedAndBlanksDropped(String path, String text) {
    // Given
    int[] tokens = path.chars().map(digit -> digit - '0').toArray();

    // When
    String decoded = decoder.decode(peaked(tokens));

    // Then
    assertThat(decoded).isEqualTo(text);
  }

  @Test
  void theMostProbableTokenCountsHoweverSmallItsLead() {
    // Given
    FloatBuffer values = FloatBuffer.wrap(new float[] {-1.61f, -1.60f, -1.61f, -1.62f, -1.61f});

    // When
    String decoded = decoder.decode(new UtteranceLogProbabilities(values, 1, 5));

    // Then
    assertThat(decoded).isEqualTo("a");
  }

  @Test
  void ofEquallyProbableTokensTheFirstCounts() {
    // Given
    FloatBuffer values = FloatBuffer.wrap(new float[] {-9, -1, -1, -1, -9});

    // When
    String decoded = decoder.decode(new UtteranceLogProbabilities(values, 1, 5));

    // Then
    assertThat(decoded).isEqualTo("a");
  }

  @Test
  void aTextIsReadBackFromAnyPathThatCarriesIt() {
    // Given
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      List<Integer> path = new ArrayList<>();
      int last = 0;
      for (int k = random.nextInt(12); k > 0; k--) {
        int token = 1 + random.nextInt(4);
        int blanks = random.nextInt(3) + (token == last ? 1 : 0);
        for (int i = 0; i < blanks; i++) {
          path.add(0);
        }
        for (int i = random.nextInt(3); i >= 0; i--) {
          path.add(token);
        }
        text.append(VOCABULARY.get(token));
        last = token;
      }

      // When
      String decoded = decoder.decode(peaked(path.stream().mapToInt(i -> i).toArray()));

      // Then
      assertThat(decoded).isEqualTo(text.toString());
    }
  }

  @Test
  void logProbabilitiesThatAreNotNumbersAreRefused() {
    // Given
    float[] values = new float[5];
    Arrays.fill(values, Float.NaN);

    // When, Then
    assertThatThrownBy(
            () -> decoder.decode(new UtteranceLogProbabilities(FloatBuffer.wrap(values), 1, 5)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("log probabilities of frame 0");
  }

  @Test
  void logProbabilitiesOfAnotherVocabularyAreRefused() {
    assertThatThrownBy(
            () -> decoder.decode(new UtteranceLogProbabilities(FloatBuffer.allocate(4), 1, 4)))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageContaining("4 tokens");
  }

  private static UtteranceLogProbabilities peaked(int[] path) {
    float[] values = new float[path.length * VOCABULARY.size()];
    Arrays.fill(values, -5);
    for (int frame = 0; frame < path.length; frame++) {
      values[frame * VOCABULARY.size() + path[frame]] = -0.1f;
    }
    return new UtteranceLogProbabilities(FloatBuffer.wrap(values), path.length, VOCABULARY.size());
  }
}
