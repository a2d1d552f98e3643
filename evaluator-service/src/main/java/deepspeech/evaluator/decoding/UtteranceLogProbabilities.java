package deepspeech.evaluator.decoding;

import deepspeech.messages.InvalidMessageException;
import java.nio.FloatBuffer;

/**
 * The output of a model for one utterance: natural logarithms of probabilities, of shape {@code
 * [frames, tokens]}, row major.
 *
 * @param values the values from position to limit
 * @param frames number of output frames, from 0
 * @param tokens size of the vocabulary, from 1
 */
public record UtteranceLogProbabilities(FloatBuffer values, int frames, int tokens) {
  public UtteranceLogProbabilities {
    values = values.slice();
    InvalidMessageException.require(
        values.remaining() == (long) frames * tokens,
        "log probabilities",
        values.remaining() + " values",
        frames + " frames of " + tokens);
  }

  float at(int frame, int token) {
    return values.get(frame * tokens + token);
  }
}
