package deepspeech.speech.text;

import com.hankcs.hanlp.HanLP;
import deepspeech.messages.features.TextNormalisation;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Texts as labels are made of them and recognised texts are compared with them.
 *
 * <ul>
 *   <li>{@code keep}: as it is.
 *   <li>{@code mandarin}: the characters U+4E00 to U+9FA5 alone, without anything between them,
 *       then traditional ones as simplified ones, the longest known phrase first (HanLP's {@code
 *       t2s} dictionary). The seed's {@code create_data.py} does the same with zhconv's {@code
 *       zh-cn}.
 *   <li>{@code lower_case}: letters, their marks and digits of any script, apostrophes between two
 *       of them, a single space for whatever else is between words. Letters are in lower case and
 *       in the compatible composed form of Unicode (NFKC), so that full-width letters, ligatures
 *       and decomposed accents are the letters of the vocabulary.
 * </ul>
 */
public final class NormalisedText {
  private static final int FIRST_CHINESE = 0x4E00;
  private static final int LAST_CHINESE = 0x9FA5;

  private static final Pattern APOSTROPHES = Pattern.compile("[\u2019\u02BC\u2018\u2032`\u00B4]");

  /** Soft hyphens, joiners and the like: they stand inside words and are neither seen nor heard. */
  private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}+");

  /** An apostrophe at the edge of a word cannot be told from a quotation mark. */
  private static final Pattern WORD =
      Pattern.compile(
          "[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]*('[\\p{L}\\p{Nd}][\\p{L}\\p{M}\\p{Nd}]*)*");

  private NormalisedText() {}

  /** A text by a rule; empty if nothing of it is left. */
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
