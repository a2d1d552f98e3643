package deepspeech.speech.text;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.TextNormalisation;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalisedTextTest {
  @Test
  void keepChangesNothing() {
    // Given
    String text = " Ｈello  後天 e\u0301! ";
    // When
    String kept = NormalisedText.of(text, TextNormalisation.KEEP);
    // Then
    assertThat(kept).isSameAs(text);
  }

  /** What zhconv 1.4.2 makes of the same with zh-cn, behind the Python project's filter. */
  @ParameterizedTest
  @CsvSource({
    "後天我們去電影院看電影, 后天我们去电影院看电影",
    "頭髮和發財, 头发和发财",
    "麵條與面子, 面条与面子",
    "乾坤, 乾坤",
    "乾燥, 干燥",
    "瞭解, 了解",
    "反覆, 反复",
    "皇后後來, 皇后后来",
    "準備 3 隻 OK 的雞！, 准备只的鸡",
    "'一，二。 三', 一二三",
    "近几年不但我用书给女儿压岁, 近几年不但我用书给女儿压岁",
    "妳, 你"
  })
  void mandarinIsSimplifiedChineseCharactersAlone(String text, String expected) {
    // When
    String mandarin = NormalisedText.of(text, TextNormalisation.MANDARIN);
    // Then
    assertThat(mandarin).isEqualTo(expected);
  }

  @Test
  void mandarinKeepsTheFirstAndTheLastCharacterOfItsRangeAndNoneBeside() {
    // Given
    String text = "\u4DFF\u4E00\u9FA5\u9FA6\u3007\uD840\uDC00";
    // When
    String mandarin = NormalisedText.of(text, TextNormalisation.MANDARIN);
    // Then
    assertThat(mandarin).isEqualTo("\u4E00\u9FA5");
  }

  @ParameterizedTest
  @CsvSource({
    "'Hello,  WORLD!', hello world",
    "Don\u2019t, don't",
    "\"'Quoted' words\", quoted words",
    "' -- seven-seven 7 ', seven seven 7",
    "ÄÖÜ Straße, äöü straße",
    "E\u0301cole, \u00E9cole",
    "ＦＵＬＬ　Ｗidth, full width",
    "\uFB01ne, fine",
    "co\u00ADop\u200Berate, cooperate",
    "ΣΊΣΥΦΟΣ, σίσυφος",
    "Ёлка, ёлка",
    "हिन्दी, हिन्दी",
    "a\tb\u3000c, a b c"
  })
  void lowerCaseIsLettersDigitsApostrophesAndSingleSpaces(String text, String expected) {
    // When
    String lower = NormalisedText.of(text, TextNormalisation.LOWER_CASE);
    // Then
    assertThat(lower).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "…!?", "'"})
  void aTextOfPunctuationAloneIsEmpty(String text) {
    // When
    String mandarin = NormalisedText.of(text, TextNormalisation.MANDARIN);
    String lower = NormalisedText.of(text, TextNormalisation.LOWER_CASE);
    // Then
    assertThat(mandarin).isEmpty();
    assertThat(lower).isEmpty();
  }

  @Test
  void puttingATextIntoLowerCaseAgainChangesNothing() {
    // Given
    IntStream everyCharacter =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(Character::isDefined)
            .filter(character -> Character.getType(character) != Character.SURROGATE);
    // When
    Stream<String> changed =
        everyCharacter
            .mapToObj(character -> "%1$ca 'b' a%1$ca %1$c' 'o%1$c".formatted(character))
            .map(text -> NormalisedText.of(text, TextNormalisation.LOWER_CASE))
            .filter(once -> !NormalisedText.of(once, TextNormalisation.LOWER_CASE).equals(once));
    // Then
    assertThat(changed).isEmpty();
  }
}
