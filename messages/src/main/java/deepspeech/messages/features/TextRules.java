package deepspeech.messages.features;

/**
 * How the texts of utterances become labels.
 *
 * @param textNormalisation applied before the vocabulary; absent: none
 * @param unknownCharacters how to treat texts with unknown characters, after normalisation; absent:
 *     drop the characters
 */
public record TextRules(TextNormalisation textNormalisation, UnknownCharacters unknownCharacters) {
  /** Texts as they are, without unknown characters. */
  public static final TextRules DEFAULT =
      new TextRules(TextNormalisation.KEEP, UnknownCharacters.DROP_CHARACTER);

  public TextRules {
    // Messages from before these fields existed stay in the topics for a long time.
    textNormalisation = textNormalisation == null ? TextNormalisation.KEEP : textNormalisation;
    unknownCharacters =
        unknownCharacters == null ? UnknownCharacters.DROP_CHARACTER : unknownCharacters;
  }
}
