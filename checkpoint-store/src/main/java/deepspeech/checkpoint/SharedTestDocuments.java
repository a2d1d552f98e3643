package deepspeech.checkpoint;

import deepspeech.messages.identity.RunId;

/** What evaluators share of the tests of checkpoints: a document for each test. */
public final class SharedTestDocuments {
  private final ObjectStore objects;
  private final StoreLayout layout;

  SharedTestDocuments(ObjectStore objects, StoreLayout layout) {
    this.objects = objects;
    this.layout = layout;
  }

  /**
   * The document of a test.
   *
   * @param test identifies the test in the run; it becomes a part of the key
   * @param type type of the content
   */
  public <T> SharedDocument<T> of(RunId run, String test, Class<T> type) {
    return new SharedDocument<>(objects, layout.test(run, test), type);
  }

  /** Deletes what killed evaluators have left of the tests of a run. */
  public void delete(RunId run) {
    objects.list(layout.tests(run)).forEach(objects::delete);
  }
}
