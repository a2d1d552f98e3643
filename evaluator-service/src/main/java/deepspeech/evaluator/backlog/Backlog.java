package deepspeech.evaluator.backlog;

import deepspeech.messages.identity.RunId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The announced checkpoints that are not tested yet, by any evaluator, and the order in which they
 * are to be tested. Not thread-safe.
 */
public final class Backlog {
  /** The store keeps so many checkpoints of a run in any case, so all of them can be tested. */
  private static final int WAITING_OF_A_RUN_THAT_KEEPS_UP = 3;

  private final Map<String, UntestedCheckpoint> untested = new LinkedHashMap<>();
  private final Set<String> ended = new HashSet<>();

  /** Is read by other threads. */
  private final Set<String> reportedDelays = ConcurrentHashMap.newKeySet();

  /** When a test of each run ended last, as a count of ended tests. */
  private final Map<RunId, Integer> lastEnds = new HashMap<>();

  /** Adds an announced checkpoint, unless its test has ended or its run is not tested. */
  public void announced(UntestedCheckpoint checkpoint) {
    if (checkpoint.checkpoint().test() != null && !ended.contains(checkpoint.event())) {
      untested.putIfAbsent(checkpoint.event(), checkpoint);
    }
  }

  /**
   * Removes a checkpoint whose result or dead letter is published.
   *
   * @param event {@code ce_id} of the checkpoint's event
   */
  public void ended(String event) {
    ended.add(event);
    UntestedCheckpoint tested = untested.remove(event);
    if (tested != null) {
      lastEnds.put(tested.checkpoint().run(), ended.size());
    }
  }

  /**
   * Notes that a delay of a test is reported, by any evaluator.
   *
   * @param id {@code ce_id} of the report
   */
  public void delayReported(String id) {
    reportedDelays.add(id);
  }

  /** True if a delay is reported under this id. */
  public boolean isDelayReported(String id) {
    return reportedDelays.contains(id);
  }

  /** True if the result or the dead letter for an event is published. */
  public boolean hasEnded(String event) {
    return ended.contains(event);
  }

  /** True if the checkpoint of an event is untested. */
  public boolean isUntested(String event) {
    return untested.containsKey(event);
  }

  /** True if a checkpoint of the run is untested. */
  public boolean isWaiting(RunId run) {
    return untested.values().stream().anyMatch(waiting -> waiting.checkpoint().run().equals(run));
  }

  /** Number of untested checkpoints, including those under test. */
  public int size() {
    return untested.size();
  }

  /**
   * All untested checkpoints in the order in which they are to be tested: the ends of epochs first.
   * Runs take turns, the one that has waited longest first. Of a run that is behind, the newest
   * checkpoint is the first, because it says most about the run; otherwise the oldest is.
   */
  public List<UntestedCheckpoint> inOrder() {
    Map<RunId, List<UntestedCheckpoint>> byRun = new LinkedHashMap<>();
    untested
        .values()
        .forEach(
            waiting ->
                byRun
                    .computeIfAbsent(waiting.checkpoint().run(), run -> new ArrayList<>())
                    .add(waiting));
    byRun.values().stream()
        .filter(waiting -> waiting.size() > WAITING_OF_A_RUN_THAT_KEEPS_UP)
        .forEach(Collections::reverse);
    List<RunId> runs = new ArrayList<>(byRun.keySet());
    runs.sort(Comparator.comparingInt(run -> lastEnds.getOrDefault(run, 0)));
    List<List<UntestedCheckpoint>> turns = runs.stream().map(byRun::get).toList();
    List<UntestedCheckpoint> order = new ArrayList<>();
    order.addAll(inTurns(turns, Backlog::endsEpoch));
    order.addAll(inTurns(turns, waiting -> !endsEpoch(waiting)));
    return order;
  }

  private static boolean endsEpoch(UntestedCheckpoint waiting) {
    return waiting.checkpoint().checkpoint().batch() == 0;
  }

  private static List<UntestedCheckpoint> inTurns(
      List<List<UntestedCheckpoint>> runs, Predicate<UntestedCheckpoint> wanted) {
    List<UntestedCheckpoint> order = new ArrayList<>();
    Deque<Deque<UntestedCheckpoint>> waiting = new ArrayDeque<>();
    for (List<UntestedCheckpoint> run : runs) {
      waiting.add(new ArrayDeque<>(run.stream().filter(wanted).toList()));
    }
    while (!waiting.isEmpty()) {
      Deque<UntestedCheckpoint> next = waiting.remove();
      if (!next.isEmpty()) {
        order.add(next.remove());
        waiting.add(next);
      }
    }
    return order;
  }
}
