package deepspeech.speech.encoding;

/**
 * Everything that the features of an utterance depend on. Equal keys mean equal features.
 *
 * @param source the data set and the draws of its augmentation, see {@code DataSet.features}
 * @param line line of the utterance in its manifest, from 1
 * @param recording version of its audio
 */
record FeatureKey(String source, long line, String recording) {}
