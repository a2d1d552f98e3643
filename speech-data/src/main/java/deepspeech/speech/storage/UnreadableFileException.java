package deepspeech.speech.storage;

import java.io.IOException;

/** A file that cannot be read whenever it is tried; the message is one line without its name. */
public final class UnreadableFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with a file. */
  public enum Problem {
    /** It does not exist or is not a file. */
    MISSING,
    /** A link leads out of the dataset root. */
    OUTSIDE_ROOT,
    /** It has more bytes than the caller can use; nothing of it was read. */
    TOO_LARGE,
    /** The archive that it lies in is damaged. */
    DAMAGED
  }

  private final Problem problem;

  UnreadableFileException(Problem problem, String line) {
    super(line);
    this.problem = problem;
  }

  UnreadableFileException(Problem problem, String line, Throwable cause) {
    super(line, cause);
    this.problem = problem;
  }

  static UnreadableFileException tooLarge(long size, long most) {
    return new UnreadableFileException(
        Problem.TOO_LARGE, "the file has %d bytes; at most %d can be used".formatted(size, most));
  }

  static UnreadableFileException missingFile(Throwable cause) {
    return new UnreadableFileException(Problem.MISSING, "the file does not exist", cause);
  }

  static UnreadableFileException missingObject(Throwable cause) {
    return new UnreadableFileException(Problem.MISSING, "the object does not exist", cause);
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
