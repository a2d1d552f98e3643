package deepspeech.acoustic.model;

import deepspeech.messages.tensor.Tensor;

/**
 * What the model says about each output frame.
 *
 * @param values F32 {@code [batch, longest output time, vocabulary]}, natural logarithms; zero
 *     behind the end of an utterance
 * @param frames output frames of each utterance
 */
public record BatchLogProbabilities(Tensor values, int[] frames) {}
