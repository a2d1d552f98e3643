package deepspeech.speech.encoding;

/**
 * The features of an utterance as a batch carries them.
 *
 * @param frames from 1
 * @param features normalised features as IEEE half floats, [frames, 161]
 */
record EncodedUtterance(int frames, short[] features) {}
