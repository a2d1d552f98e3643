package deepspeech.evaluator.decoding;

import deepspeech.messages.InvalidMessageException;
import java.util.List;

/**
 * Best path decoding of CTC outputs (Graves et al. 2006, section 3.2): takes the most probable
 * token of each frame, joins repeats and drops blanks. Among equally probable tokens the first one
 * counts.
 */
public final class GreedyDecoder {
  private static final int BLANK = 0;

  private final List<String> vocabulary;

  /**
   * Creates a decoder for one vocabulary.
   *
   * @param vocabulary tokens by label, the blank first
   */
  public GreedyDecoder(List<String> vocabulary) {
    InvalidMessageException.require(
        !vocabulary.isEmpty(), "vocabulary", "no token", "a blank and tokens");
    this.vocabulary = List.copyOf(vocabulary);
  }

  /**
   * Decodes the log probabilities of an utterance to text.
   *
   * @throws InvalidMessageException if the number of tokens differs from the size of the
   *     vocabulary, or if the highest log probability of a frame is not finite
   */
  public String decode(UtteranceLogProbabilities logProbabilities) {
    InvalidMessageException.require(
        logProbabilities.tokens() == vocabulary.size(),
        "log probabilities",
        logProbabilities.tokens() + " tokens",
        vocabulary.size() + " as in the vocabulary");
    StringBuilder text = new StringBuilder();
    int previous = BLANK;
    for (int frame = 0; frame < logProbabilities.frames(); frame++) {
      int token = mostProbable(logProbabilities, frame);
      if (token != previous && token != BLANK) {
        text.append(vocabulary.get(token));
      }
      previous = token;
    }
    return text.toString();
  }

  private static int mostProbable(UtteranceLogProbabilities logProbabilities, int frame) {
    int best = -1;
    float highest = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < logProbabilities.tokens(); token++) {
      float value = logProbabilities.at(frame, token);
      if (value > highest) {
        highest = value;
        best = token;
      }
    }
    InvalidMessageException.require(
        best >= 0 && highest <= Float.MAX_VALUE,
        "log probabilities of frame " + frame,
        "no finite one",
        "finite numbers");
    return best;
  }
}
