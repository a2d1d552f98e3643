package deepspeech.checkpoint;

/**
 * {@code run.json} as it was read.
 *
 * @param content the bytes that were written
 * @param version what a replacement of just this content is asked for with
 */
public record RunDocument(byte[] content, String version) {}
