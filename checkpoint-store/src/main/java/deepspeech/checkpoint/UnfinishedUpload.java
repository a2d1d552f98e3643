package deepspeech.checkpoint;

/**
 * An upload in parts that was neither completed nor aborted: its parts take up space though no
 * object shows them.
 */
record UnfinishedUpload(String key, String uploadId) {}
