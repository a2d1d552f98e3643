package deepspeech.trainer.run;

/** Data-prep cannot use the data set. The message is one line that names the file. */
public final class DataRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataRefusedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
