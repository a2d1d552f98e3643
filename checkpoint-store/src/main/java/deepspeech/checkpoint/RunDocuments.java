package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.RunId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** {@code run.json} of each run, replaced by compare-and-swap. */
final class RunDocuments {

  private final ObjectStore objects;
  private final StoreLayout layout;

  RunDocuments(ObjectStore objects, StoreLayout layout) {
    this.objects = objects;
    this.layout = layout;
  }

  /** The runs that have any object in the store, by name. */
  List<RunId> runs() {
    TreeSet<RunId> runs = new TreeSet<>();
    String prefix = layout.runs();
    for (String key : objects.list(prefix)) {
      String rest = key.substring(prefix.length());
      int slash = rest.indexOf('/');
      if (slash > 0) {
        try {
          runs.add(new RunId(rest.substring(0, slash)));
        } catch (InvalidMessageException notARun) {
          // A folder that is not a run.
        }
      }
    }
    return List.copyOf(runs);
  }

  Optional<RunDocument> read(RunId run) {
    return objects
        .get(layout.runDocument(run))
        .map(object -> new RunDocument(object.content(), object.version()));
  }

  void create(RunId run, byte[] content) {
    write(run, content, PutCondition.CREATE_ONLY, "already exists");
  }

  void replace(RunId run, RunDocument read, byte[] content) {
    write(
        run,
        content,
        PutCondition.replacing(read.version()),
        "was changed by another writer since it was read");
  }

  private void write(RunId run, byte[] content, PutCondition condition, String conflict) {
    String key = layout.runDocument(run);
    if (!ObjectStore.putOnce(objects, key, content, condition)) {
      throw new RunConflictException("%s %s".formatted(objects.uri(key), conflict));
    }
  }
}
