package deepspeech.messages.identity;

import deepspeech.messages.InvalidMessageException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference to a checkpoint, as in {@code resume_model} and {@code pretrained_model}. {@code
 * <that>} is {@code latest}, {@code best} or a checkpoint id. Alone it means the run itself; {@code
 * <run>/<that>} means another run. {@code s3://bucket/prefix/runs/<run>/checkpoints/<that>} means a
 * run in another bucket or under another prefix of the same S3 server. If the bucket is the name of
 * another store that the trainer knows, the reference means that store.
 *
 * @param store location of the run from a URI; empty for the trainer's own store
 * @param run the other run; empty for the run itself; never empty with a store
 * @param checkpoint {@code latest}, {@code best} or a checkpoint id
 */
public record ModelReference(
    Optional<StoreLocation> store, Optional<RunId> run, String checkpoint) {
  public static final String LATEST = "latest";
  public static final String BEST = "best";
  public static final String ALLOWED =
      "latest, best or a checkpoint id such as epoch-0023 or epoch-0024-batch-002000, of another run as"
          + " <run>/<checkpoint>, of another bucket or prefix as"
          + " s3://bucket/prefix/runs/<run>/checkpoints/<checkpoint>";

  private static final String URI_SCHEME = "s3://";
  private static final Pattern URI =
      Pattern.compile("s3://([^/]+)/(?:(.+)/)?runs/([^/]+)/checkpoints/([^/]+)/?");

  public ModelReference {
    if (!checkpoint.equals(LATEST) && !checkpoint.equals(BEST)) {
      CheckpointId.parse(checkpoint);
    }
    InvalidMessageException.require(
        store.isEmpty() || run.isPresent(), "run", null, "the name of a run, with a store");
  }

  /**
   * Parses a reference.
   *
   * @param field name of the configuration argument, for the error message
   * @throws InvalidMessageException if the text has none of the forms
   */
  public static ModelReference parse(String field, String text) {
    try {
      return text.startsWith(URI_SCHEME) ? ofUri(text) : ofName(text);
    } catch (InvalidMessageException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(field, text, ALLOWED).getMessage(), e);
    }
  }

  private static ModelReference ofUri(String text) {
    Matcher uri = URI.matcher(text);
    InvalidMessageException.require(uri.matches(), "URI", text, ALLOWED);
    return new ModelReference(
        Optional.of(new StoreLocation(uri.group(1), uri.group(2))),
        Optional.of(new RunId(uri.group(3))),
        uri.group(4));
  }

  private static ModelReference ofName(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new ModelReference(Optional.empty(), Optional.empty(), text)
        : new ModelReference(
            Optional.empty(),
            Optional.of(new RunId(text.substring(0, slash))),
            text.substring(slash + 1));
  }

  /** True if it means a checkpoint of the given run in the trainer's own store. */
  public boolean isOf(RunId own) {
    return store.isEmpty() && run.map(own::equals).orElse(true);
  }

  /** True if it means the newest checkpoint of the given run in the trainer's own store. */
  public boolean isLatestOf(RunId own) {
    return checkpoint.equals(LATEST) && isOf(own);
  }

  @Override
  public String toString() {
    return store
        .map(at -> at + "/runs/" + run.orElseThrow() + "/checkpoints/" + checkpoint)
        .orElseGet(() -> run.map(r -> r + "/").orElse("") + checkpoint);
  }
}
