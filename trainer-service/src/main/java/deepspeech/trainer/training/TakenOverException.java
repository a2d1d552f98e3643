package deepspeech.trainer.training;

/** Another trainer has claimed the run, which is no longer this one's to train or to keep. */
public final class TakenOverException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TakenOverException(String line) {
    super(line);
  }
}
