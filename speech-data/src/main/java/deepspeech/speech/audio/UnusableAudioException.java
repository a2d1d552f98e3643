package deepspeech.speech.audio;

import deepspeech.messages.deadletter.SkipReason;

/** Audio that cannot be used; the message is one line for the owner of the data set. */
public final class UnusableAudioException extends Exception {
  private static final long serialVersionUID = 1L;

  private final SkipReason reason;

  /**
   * Tells why audio cannot be used.
   *
   * @param reason the class of the problem
   * @param message one readable line
   */
  public UnusableAudioException(SkipReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** As {@link #UnusableAudioException(SkipReason, String)}, with the exception behind it. */
  public UnusableAudioException(SkipReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The class of the problem. */
  public SkipReason reason() {
    return reason;
  }

  /** Audio that is broken, or of a kind that is not supported. */
  public static UnusableAudioException broken(String message) {
    return new UnusableAudioException(SkipReason.BROKEN_AUDIO, message);
  }

  /** A path that is not followed. */
  public static UnusableAudioException outsideRoot() {
    return new UnusableAudioException(
        SkipReason.OUTSIDE_ROOT, "the path leads outside the dataset root");
  }
}
