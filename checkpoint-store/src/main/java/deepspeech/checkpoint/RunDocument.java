package deepspeech.checkpoint;

/**
 * {@code run.json} as read from the store.
 *
 * @param content the bytes of the file
 * @param version identifies this content when it is replaced
 */
public record RunDocument(byte[] content, String version) {}
