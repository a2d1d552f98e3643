package deepspeech.speech.encoding;

/**
 * The features of an utterance as stored in a batch.
 *
 * @param frames number of frames, at least 1
 * @param features normalised features as IEEE half floats, [frames, 161]
 */
record EncodedUtterance(int frames, short[] features) {}
