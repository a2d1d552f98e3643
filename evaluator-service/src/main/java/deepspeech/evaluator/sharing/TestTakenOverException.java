package deepspeech.evaluator.sharing;

/** Another evaluator publishes the result of a test, because this one did not answer for long. */
public final class TestTakenOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TestTakenOverException(String line) {
    super(line);
  }
}
