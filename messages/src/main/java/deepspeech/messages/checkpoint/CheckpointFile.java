package deepspeech.messages.checkpoint;

/**
 * A file of a checkpoint.
 *
 * @param size in bytes
 * @param sha256 lower-case hexadecimal
 */
public record CheckpointFile(String name, long size, String sha256) {}
