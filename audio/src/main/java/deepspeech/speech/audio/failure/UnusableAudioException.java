package deepspeech.speech.audio.failure;

import deepspeech.messages.features.SkipReason;

/** The audio cannot be used. The message is one line for the owner of the data set. */
public final class UnusableAudioException extends Exception {
  private static final long serialVersionUID = 1L;

  private final SkipReason reason;

  /**
   * Describes why the audio cannot be used.
   *
   * @param reason category of the problem
   * @param message one readable line
   */
  public UnusableAudioException(SkipReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** As {@link #UnusableAudioException(SkipReason, String)}, with the exception that caused it. */
  public UnusableAudioException(SkipReason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** The category of the problem. */
  public SkipReason reason() {
    return reason;
  }

  /** Describes audio that is broken or of an unsupported kind. */
  public static UnusableAudioException broken(String message) {
    return new UnusableAudioException(SkipReason.BROKEN_AUDIO, message);
  }

  /** Describes a path that leads outside the dataset root. */
  public static UnusableAudioException outsideRoot() {
    return new UnusableAudioException(
        SkipReason.OUTSIDE_ROOT, "the path leads outside the dataset root");
  }
}
