package deepspeech.checkpoint;

/**
 * A small object, read as a whole.
 *
 * @param version its entity tag, quoted as in the header
 */
record VersionedObject(byte[] content, String version) {}
