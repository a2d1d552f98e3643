package deepspeech.checkpoint;

/**
 * A small object that was read whole.
 *
 * @param version its entity tag, quoted as in the header
 */
record StoredObject(byte[] content, String version) {}
