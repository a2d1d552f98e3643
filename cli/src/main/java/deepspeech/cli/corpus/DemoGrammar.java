package deepspeech.cli.corpus;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The grammar of the demo corpus: commands such as {@code please paint the yellow chair}, made of
 * 31 words.
 */
final class DemoGrammar {
  private static final List<String> OPENINGS = List.of("", "please ", "now ");
  private static final List<String> VERBS =
      List.of("open", "close", "find", "move", "paint", "bring", "watch", "sell");
  private static final List<String> DETERMINERS = List.of("the", "my", "one");
  private static final List<String> COLOURS =
      List.of("red", "green", "blue", "yellow", "black", "white", "brown", "orange");
  private static final List<String> OBJECTS =
      List.of("door", "box", "lamp", "window", "chair", "table", "house", "boat", "shirt", "book");

  private DemoGrammar() {}

  /**
   * All sentences in a fixed order, each once, in lower case, with words separated by one space.
   */
  static List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (String opening : OPENINGS) {
      for (String verb : VERBS) {
        for (String determiner : DETERMINERS) {
          for (String colour : COLOURS) {
            for (String object : OBJECTS) {
              sentences.add(opening + String.join(" ", verb, determiner, colour, object));
            }
          }
        }
      }
    }
    return Collections.unmodifiableList(sentences);
  }
}
