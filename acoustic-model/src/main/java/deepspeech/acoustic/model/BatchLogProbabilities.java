package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;

/**
 * The model's log probabilities for each output frame.
 *
 * @param values F32 {@code [batch, longest output time, vocabulary]}, natural logarithms; zero
 *     after the end of an utterance
 * @param frames number of output frames of each utterance
 */
public record BatchLogProbabilities(Tensor values, int[] frames) {}
