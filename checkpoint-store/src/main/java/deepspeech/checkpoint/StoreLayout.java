package deepspeech.checkpoint;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import java.util.Optional;

/**
 * The layout of the keys.
 *
 * <pre>
 * runs/RUN/run.json, trainer.json, latest.json, best.json, pins/CHECKPOINT
 * runs/RUN/checkpoints/CHECKPOINT/{files, checkpoint.json}
 * runs/RUN/tests/TEST.json, while a checkpoint is tested
 * </pre>
 *
 * @param root prefix of every key: empty, or ending in {@code /}
 */
record StoreLayout(String root) {
  static final String DESCRIPTION = "checkpoint.json";

  static StoreLayout under(String prefix) {
    return new StoreLayout(prefix.isEmpty() ? "" : prefix + "/");
  }

  String runs() {
    return root + "runs/";
  }

  String run(RunId run) {
    return runs() + run + "/";
  }

  String runDocument(RunId run) {
    return run(run) + "run.json";
  }

  String lease(RunId run) {
    return run(run) + "trainer.json";
  }

  String latest(RunId run) {
    return run(run) + "latest.json";
  }

  String best(RunId run) {
    return run(run) + "best.json";
  }

  String pins(RunId run) {
    return run(run) + "pins/";
  }

  String pin(RunId run, CheckpointId id) {
    return pins(run) + id;
  }

  String checkpoints(RunId run) {
    return run(run) + "checkpoints/";
  }

  String tests(RunId run) {
    return run(run) + "tests/";
  }

  String test(RunId run, String name) {
    return tests(run) + name + ".json";
  }

  String checkpoint(RunId run, CheckpointId id) {
    return checkpoints(run) + id + "/";
  }

  String file(RunId run, CheckpointId id, String name) {
    return checkpoint(run, id) + name;
  }

  String description(RunId run, CheckpointId id) {
    return file(run, id, DESCRIPTION);
  }

  /** Parses the first path segment of {@code rest}; empty if it is not a checkpoint id. */
  static Optional<CheckpointId> checkpointIn(String rest) {
    int slash = rest.indexOf('/');
    try {
      return Optional.of(CheckpointId.parse(slash < 0 ? rest : rest.substring(0, slash)));
    } catch (InvalidMessageException notACheckpoint) {
      return Optional.empty();
    }
  }
}
