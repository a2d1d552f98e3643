package deepspeech.speech.storage;

/**
 * A version of an object's content.
 *
 * @param entityTag entity tag as the server returns it
 * @param size size in bytes
 */
record ObjectVersion(String entityTag, long size) {}
