package deepspeech.cli.progress;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The checkpoints of one run whose tests failed or are delayed, with the reasons. Not thread-safe.
 */
final class FailedTests {
  private final TreeMap<CheckpointId, String> reasons = new TreeMap<>();
  private final Map<CheckpointId, List<CheckpointFile>> announced = new HashMap<>();
  private final Map<CheckpointId, String> delays = new HashMap<>();
  private String shown;

  /**
   * Adds a failed test and returns a line about it. Returns no line if the last failure shown has
   * the same reason, or if the dead letter belongs to an earlier version of the checkpoint.
   */
  Optional<String> add(DeadLetter letter) {
    CheckpointId checkpoint;
    try {
      checkpoint = CheckpointId.parse(letter.subject());
    } catch (InvalidMessageException e) {
      // The dead letter of an unreadable event names no checkpoint.
      return Optional.of(
          "checkpoint event %s could not be used: %s".formatted(letter.subject(), letter.detail()));
    }
    if (isOfReplacedCheckpoint(checkpoint, letter)) {
      return Optional.empty();
    }
    delays.remove(checkpoint);
    reasons.put(checkpoint, letter.detail());
    if (letter.detail().equals(shown)) {
      return Optional.empty();
    }
    shown = letter.detail();
    return Optional.of("Test of checkpoint %s failed: %s".formatted(checkpoint, letter.detail()));
  }

  /** Adds a delayed test and returns a line about it. */
  Optional<String> delayed(DeadLetter letter) {
    try {
      delays.put(CheckpointId.parse(letter.subject()), letter.detail());
    } catch (InvalidMessageException e) {
      // The subject names no checkpoint, but the line is still worth showing.
    }
    return Optional.of(
        "Test of checkpoint %s is delayed and will be retried: %s"
            .formatted(letter.subject(), letter.detail()));
  }

  /** Why the test of a checkpoint is delayed; empty if no delay is known. */
  Optional<String> delay(CheckpointId checkpoint) {
    return Optional.ofNullable(delays.get(checkpoint));
  }

  /**
   * Takes a metric point. A run that resumes from an earlier checkpoint makes the later ones again,
   * so their failures are discarded.
   */
  void add(MetricPoint point) {
    if (point.name() == MetricName.RESUMED) {
      reasons.tailMap(new CheckpointId(point.epoch(), point.batch()), false).clear();
    }
  }

  /** Takes the event of a checkpoint, which is to be tested for the first time or again. */
  void announced(CheckpointCommitted checkpoint) {
    announced.put(checkpoint.checkpoint(), checkpoint.files());
    reasons.remove(checkpoint.checkpoint());
    delays.remove(checkpoint.checkpoint());
  }

  /** True if the dead-lettered event lists other files than the newest event of that checkpoint. */
  private boolean isOfReplacedCheckpoint(CheckpointId checkpoint, DeadLetter letter) {
    if (letter.original() == null || !announced.containsKey(checkpoint)) {
      return false;
    }
    try {
      return !Json.read(letter.original(), CheckpointCommitted.class)
          .files()
          .equals(announced.get(checkpoint));
    } catch (InvalidMessageException e) {
      return false;
    }
  }

  void tested(CheckpointId checkpoint) {
    reasons.remove(checkpoint);
    delays.remove(checkpoint);
    shown = null;
  }

  boolean contains(CheckpointId checkpoint) {
    return reasons.containsKey(checkpoint);
  }

  /**
   * A closing line with the number of failed tests; empty if no test failed.
   *
   * @param tested number of other checkpoints of the run that were tested
   */
  Optional<String> line(int tested) {
    if (reasons.isEmpty()) {
      return Optional.empty();
    }
    String last = "%s: %s".formatted(reasons.lastKey(), reasons.lastEntry().getValue());
    return Optional.of(
        tested == 0
            ? "Warning: no checkpoint was tested: all %d tests failed, the last one for checkpoint %s"
                .formatted(reasons.size(), last)
            : "Warning: %d checkpoints could not be tested, the last one is %s"
                .formatted(reasons.size(), last));
  }
}
