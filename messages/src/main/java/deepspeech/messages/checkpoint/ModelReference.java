package deepspeech.messages.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.run.RunId;
import java.util.Optional;

/**
 * What {@code resume_model} and {@code pretrained_model} name: {@code latest}, {@code best} or a
 * checkpoint id, of the run itself or, as {@code <run>/<that>}, of another.
 *
 * @param run the other run; empty for the run itself
 * @param checkpoint {@code latest}, {@code best} or a checkpoint id
 */
public record ModelReference(Optional<RunId> run, String checkpoint) {
  public static final String LATEST = "latest";
  public static final String BEST = "best";
  public static final String ALLOWED =
      "latest, best or a checkpoint id such as epoch-0023 or epoch-0024-batch-002000, of another run as"
          + " <run>/<checkpoint>";

  public ModelReference {
    if (!checkpoint.equals(LATEST) && !checkpoint.equals(BEST)) {
      CheckpointId.parse(checkpoint);
    }
  }

  /**
   * Reads a reference.
   *
   * @param field name of the configuration argument, for the error
   * @throws InvalidMessageException if the text is none of the forms
   */
  public static ModelReference parse(String field, String text) {
    int slash = text.indexOf('/');
    try {
      return slash < 0
          ? new ModelReference(Optional.empty(), text)
          : new ModelReference(
              Optional.of(new RunId(text.substring(0, slash))), text.substring(slash + 1));
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(field, text, ALLOWED).getMessage(), e);
    }
  }

  /** Whether it means the newest checkpoint of that run, which may be named or not. */
  public boolean isLatestOf(RunId own) {
    return checkpoint.equals(LATEST) && run.map(own::equals).orElse(true);
  }

  @Override
  public String toString() {
    return run.map(r -> r + "/").orElse("") + checkpoint;
  }
}
