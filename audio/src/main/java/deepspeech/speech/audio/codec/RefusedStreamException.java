package deepspeech.speech.audio.codec;

/** Thrown inside a codec process to stop the decoding of a stream before its end. */
final class RefusedStreamException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int answer;

  private RefusedStreamException(int answer, String message) {
    super(message);
    this.answer = answer;
  }

  static RefusedStreamException broken(String message) {
    return new RefusedStreamException(CodecProtocol.BROKEN, message);
  }

  static RefusedStreamException tooLong() {
    return new RefusedStreamException(CodecProtocol.TOO_LONG, "more samples than allowed");
  }

  /** {@link CodecProtocol#BROKEN} or {@link CodecProtocol#TOO_LONG}. */
  int answer() {
    return answer;
  }
}
