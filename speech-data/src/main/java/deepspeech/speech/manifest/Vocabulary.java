package deepspeech.speech.manifest;

import deepspeech.speech.DataFileException;
import deepspeech.speech.WrongFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The tokens of the model: the CTC blank, followed by single Unicode characters. The label of a
 * token is its position; the label of the blank is 0. Immutable.
 *
 * <p>The file has one token on each line, optionally followed by a tab and a count. {@code <blank>}
 * comes first. {@code <space>} stands for the space character, as in PPASR. PPASR, WeNet and ESPnet
 * list special tokens such as {@code <unk>} and {@code <eos>} among the characters. They keep their
 * positions, so that a model has as many outputs as its vocabulary has tokens, but they are never
 * labels of a text.
 */
public final class Vocabulary {
  /** The token of the CTC blank. */
  public static final String BLANK = "<blank>";

  private static final String SPACE = "<space>";
  private static final Set<String> SPECIAL =
      Set.of("<unk>", "<UNK>", "<eos>", "<sos>", "<sos/eos>", "<s>", "</s>", "<pad>", "<mask>");

  private static final int[] NONE = {};

  private final List<String> tokens;
  private final Map<Integer, Integer> labels;

  private Vocabulary(List<String> tokens, Map<Integer, Integer> labels) {
    this.tokens = List.copyOf(tokens);
    this.labels = Map.copyOf(labels);
  }

  /**
   * Reads a vocabulary file.
   *
   * @param content the whole file
   * @param name name of the file, for messages
   * @throws DataFileException if the blank is not first, if a token is empty, duplicate or longer
   *     than one character, if a count is not a number, or if the blank is the only token
   */
  public static Vocabulary read(byte[] content, String name) throws DataFileException {
    List<Optional<String>> lines;
    try {
      lines = TextLines.of(content);
    } catch (WrongFileException e) {
      throw new DataFileException(name + ": " + e.getMessage(), e);
    }
    List<String> tokens = new ArrayList<>();
    Map<Integer, Integer> labels = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String at = ManifestReader.at(name, i + 1L);
      String line = lines.get(i).orElseThrow(() -> new DataFileException(at + "not UTF-8"));
      String token = token(line, at);
      if (token.equals(SPACE)) {
        token = " ";
      }
      if (i == 0) {
        if (!token.equals(BLANK)) {
          throw new DataFileException(
              "%sthe token is '%s'; the first one must be %s".formatted(at, token, BLANK));
        }
      } else {
        if (token.isEmpty()) {
          throw new DataFileException(at + "the token is empty; one character is expected");
        }
        boolean isSpecial = SPECIAL.contains(token);
        if (!isSpecial && token.codePointCount(0, token.length()) != 1) {
          throw new DataFileException(
              "%sthe token is '%s'; one character is expected, %s for the space, or one of %s, which no text has"
                  .formatted(at, token, SPACE, String.join(", ", new TreeSet<>(SPECIAL))));
        }
        int earlier = isSpecial ? tokens.indexOf(token) : putIfNew(labels, token.codePointAt(0), i);
        if (earlier >= 0) {
          throw new DataFileException(
              "%sthe token '%s' is already on line %d".formatted(at, token, earlier + 1));
        }
      }
      tokens.add(token);
    }
    if (tokens.isEmpty()) {
      throw new DataFileException(
          "%s: is empty; %s and the characters are expected".formatted(name, BLANK));
    }
    if (labels.isEmpty()) {
      throw new DataFileException("%s: has no character beside %s".formatted(name, BLANK));
    }
    return new Vocabulary(tokens, labels);
  }

  /** Adds a character and returns -1, or returns its existing label. */
  private static int putIfNew(Map<Integer, Integer> labels, int character, int label) {
    Integer earlier = labels.putIfAbsent(character, label);
    return earlier == null ? -1 : earlier;
  }

  private static String token(String line, String at) throws DataFileException {
    int tab = line.indexOf('\t');
    if (tab < 0) {
      return line;
    }
    String count = line.substring(tab + 1).strip();
    try {
      Long.parseLong(count);
    } catch (NumberFormatException e) {
      throw new DataFileException(
          "%sthe count is '%s'; a whole number is expected".formatted(at, count), e);
    }
    return line.substring(0, tab);
  }

  /** The tokens, indexed by label; the blank comes first. */
  public List<String> tokens() {
    return tokens;
  }

  /**
   * Encodes a text. White space around the text is removed. The result has the labels, and the
   * characters without a label.
   */
  public Transcript transcript(String text) {
    int[] characters = text.strip().codePoints().toArray();
    int[] known =
        Arrays.stream(characters)
            .map(character -> labels.getOrDefault(character, 0))
            .filter(label -> label != 0)
            .toArray();
    int[] unknown =
        known.length == characters.length
            ? NONE
            : Arrays.stream(characters)
                .filter(character -> !labels.containsKey(character))
                .toArray();
    return new Transcript(known, unknown);
  }
}
