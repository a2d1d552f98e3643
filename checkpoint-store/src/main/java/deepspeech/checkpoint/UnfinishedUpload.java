package deepspeech.checkpoint;

/**
 * A multipart upload that was neither completed nor aborted. Its parts occupy space but are not
 * visible as an object.
 */
record UnfinishedUpload(String key, String uploadId) {}
