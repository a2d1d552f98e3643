package deepspeech.speech.storage;

import java.io.IOException;

/**
 * A file is permanently unreadable; a retry does not help. The message is one line without the file
 * name.
 */
public final class UnreadableFileException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The kind of problem. */
  public enum Problem {
    /** The file does not exist or is not a regular file. */
    MISSING,
    /** A link leads out of the dataset root. */
    OUTSIDE_ROOT,
    /** The file is larger than the caller allows; nothing of it was read. */
    TOO_LARGE,
    /** The archive that contains the file is damaged. */
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

  public Problem problem() {
    return problem;
  }
}
