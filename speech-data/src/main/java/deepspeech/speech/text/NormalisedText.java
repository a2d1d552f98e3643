package deepspeech.speech.text;

import com.hankcs.hanlp.HanLP;
import deepspeech.messages.features.TextNormalisation;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Normalises transcripts. The result is encoded as labels and compared with recognised texts.
 *
 * <ul>
 *   <li>{@code keep}: the text is unchanged.
 *   <li>{@code mandarin}: only the characters U+4E00 to U+9FA5 are kept, without anything between
 *       them. Traditional characters are then converted to simplified ones, longest known phrase
 *       first (HanLP's {@code t2s} dictionary). The Python project's {@code create_data.py} does
 *       the same with zhconv's {@code zh-cn}.
 *   <li>{@code lower_case}: letters with their marks and digits of any script are kept, and so are
 *       apostrophes between two of them. Anything else between words becomes a single space.
 *       Letters are converted to lower case and to Unicode normalisation form NFKC, so that
 *       full-width letters, ligatures and decomposed accents match the letters of the vocabulary.
 * </ul>
 */
public final class NormalisedText {
  private static final int FIRST_CHINESE = 0x4E00;
  private static final int LAST_CHINESE = 0x9FA5;

  private static final Pattern APOSTROPHES = Pattern.compile("[\u2019\u02BC\u2018\u2032`\u00B4]");

  /**
   * Invisible format characters, such as soft hyphens and joiners. They occur inside words and are
   * removed.
   */
  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}+");

  /**
   * Matches a word. An apostrophe at the edge of a word is excluded, because it cannot be
   * distinguished from a quotation mark.
   */
  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]*('[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]*)*");

  private NormalisedText() {}

  /** Normalises a text by a rule. The result is empty if no character is left. */
  public static String of(String text, TextNormalisation rule) {
    return switch (rule) {
      case KEEP -> text;
      case MANDARIN -> mandarin(text);
      case LOWER_CASE -> lowerCase(text);
    };
  }

  private static String mandarin(String text) {
    StringBuilder chinese = new StringBuilder(text.length());
    text.chars()
        .filter(character -> FIRST_CHINESE <= character && character <= LAST_CHINESE)
        .forEach(character -> chinese.append((char) character));
    return chinese.length() == 0 ? "" : HanLP.t2s(chinese.toString());
  }

  private static String lowerCase(String text) {
    String compatible = compatible(withApostrophes(text));
    String lower = compatible(compatible.toLowerCase(Locale.ROOT));
    String visible = INVISIBLE.matcher(withApostrophes(lower)).replaceAll("");
    return WORD.matcher(visible).results().map(MatchResult::group).collect(Collectors.joining(" "));
  }

  private static String withApostrophes(String text) {
    return APOSTROPHES.matcher(text).replaceAll("'");
  }

  private static String compatible(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }
}
