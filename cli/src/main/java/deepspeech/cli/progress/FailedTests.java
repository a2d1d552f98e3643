package deepspeech.cli.progress;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The checkpoints of one run that could not be tested, or not yet, and why. For one thread. */
final class FailedTests {
  private final TreeMap<CheckpointId, String> reasons = new TreeMap<>();
  private final Map<CheckpointId, List<CheckpointFile>> announced = new HashMap<>();
  private final Map<CheckpointId, String> delays = new HashMap<>();
  private String shown;

  /** A line for a checkpoint whose test failed; none if the one before failed for the same. */
  Optional<String> add(DeadLetter letter) {
    CheckpointId checkpoint;
    try {
      checkpoint = CheckpointId.parse(letter.subject());
    } catch (InvalidMessageException e) {
      // An event that nobody can read names no checkpoint.
      return Optional.of(
          "checkpoint event %s could not be used: %s".formatted(letter.subject(), letter.detail()));
    }
    if (isOfOneMadeAnew(checkpoint, letter)) {
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

  /** A line for a checkpoint whose test cannot go on for now. */
  Optional<String> delayed(DeadLetter letter) {
    try {
      delays.put(CheckpointId.parse(letter.subject()), letter.detail());
    } catch (InvalidMessageException e) {
      // A line without a checkpoint is better than none.
    }
    return Optional.of(
        "Test of checkpoint %s is delayed, and tried again: %s"
            .formatted(letter.subject(), letter.detail()));
  }

  /** Why the test of a checkpoint cannot go on for now; empty if nothing is known to hinder it. */
  Optional<String> delay(CheckpointId checkpoint) {
    return Optional.ofNullable(delays.get(checkpoint));
  }

  /** A run that goes back makes the later checkpoints anew. */
  void add(MetricPoint point) {
    if (point.name() == MetricName.RESUMED) {
      reasons.tailMap(new CheckpointId(point.epoch(), point.batch()), false).clear();
    }
  }

  /** A checkpoint is to be tested, for the first time or again. */
  void announced(CheckpointPublished checkpoint) {
    announced.put(checkpoint.checkpoint(), checkpoint.files());
    reasons.remove(checkpoint.checkpoint());
    delays.remove(checkpoint.checkpoint());
  }

  /** The event that was dead-lettered told of other files than the newest of that name. */
  private boolean isOfOneMadeAnew(CheckpointId checkpoint, DeadLetter letter) {
    if (letter.original() == null || !announced.containsKey(checkpoint)) {
      return false;
    }
    try {
      return !Json.read(letter.original(), CheckpointPublished.class)
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
   * How many there are, for the end; empty if there are none.
   *
   * @param tested how many other checkpoints of the run were tested
   */
  Optional<String> line(int tested) {
    if (reasons.isEmpty()) {
      return Optional.empty();
    }
    String last = "%s: %s".formatted(reasons.lastKey(), reasons.lastEntry().getValue());
    return Optional.of(
        tested == 0
            ? "Warning: no checkpoint was tested, all %d tests failed, the last of %s"
                .formatted(reasons.size(), last)
            : "Warning: %d checkpoints could not be tested, the last %s"
                .formatted(reasons.size(), last));
  }
}
