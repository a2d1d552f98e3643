package deepspeech.speech.storage;

/**
 * One content of an object.
 *
 * @param entityTag as the server gives it
 * @param size in bytes
 */
record ObjectVersion(String entityTag, long size) {}
