package deepspeech.dashboard.history;

import deepspeech.messages.deadletter.DeadLetter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts dead letters by reason and retains the newest letters of each reason. A letter that is
 * published several times counts once. Memory use is bounded for any number of letters. Not
 * thread-safe: callers must synchronise.
 */
final class DeadLetterBox {
  /** Number of letters that are retained for each reason. */
  static final int KEPT = 200;

  private static final int MOST_REASONS = 50;
  private static final String FURTHER_REASONS = "other";
  private static final int IDS_REMEMBERED = 10_000;
  private static final long LONGEST_MANIFEST = 50_000_000;
  private static final int LONGEST_TEXT = 1000;

  private final Map<String, Reason> reasons = new TreeMap<>();

  /** For each split, one bit per manifest line that was counted. */
  private final Map<String, BitSet> utterances = new HashMap<>();

  private final Map<String, Boolean> ids =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > IDS_REMEMBERED;
        }
      };

  private long taken;

  private record Numbered(long number, DeadLetter letter) {}

  private static final class Reason {
    private long count;
    private final Deque<Numbered> newest = new ArrayDeque<>();
  }

  /**
   * Adds a letter.
   *
   * @param id {@code ce_id} of the letter; empty if it has none
   * @return false if the letter was added before
   */
  boolean add(DeadLetter letter, Optional<String> id) {
    if (!isNew(letter, id)) {
      return false;
    }
    String name = letter.reason();
    if (!reasons.containsKey(name) && reasons.size() >= MOST_REASONS) {
      name = FURTHER_REASONS;
    }
    Reason reason = reasons.computeIfAbsent(name, first -> new Reason());
    reason.count++;
    reason.newest.addFirst(new Numbered(taken++, letter.summary(DeadLetterBox::shortened)));
    if (reason.newest.size() > KEPT) {
      reason.newest.removeLast();
    }
    return true;
  }

  /** Number of letters by reason. */
  Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    reasons.forEach((name, reason) -> counts.put(name, reason.count));
    return counts;
  }

  /** The retained letters, newest first. */
  List<DeadLetter> newest(Optional<String> ofReason) {
    List<Numbered> letters = new ArrayList<>();
    reasons.forEach(
        (name, reason) -> {
          if (ofReason.isEmpty() || ofReason.get().equals(name)) {
            letters.addAll(reason.newest);
          }
        });
    return letters.stream()
        .sorted(Comparator.comparingLong(Numbered::number).reversed())
        .map(Numbered::letter)
        .toList();
  }

  private boolean isNew(DeadLetter letter, Optional<String> id) {
    if (letter.kind().equals(DeadLetter.UTTERANCE)
        && letter.split() != null
        && letter.utterance() != null
        && letter.utterance() >= 0
        && letter.utterance() <= LONGEST_MANIFEST) {
      BitSet seen =
          utterances.computeIfAbsent(
              letter.split().equals("test") ? "test" : "train", split -> new BitSet());
      int line = Math.toIntExact(letter.utterance());
      boolean before = seen.get(line);
      seen.set(line);
      return !before;
    }
    return id.isEmpty() || ids.put(id.get(), true) == null;
  }

  private static String shortened(String text) {
    return text == null || text.length() <= LONGEST_TEXT
        ? text
        : text.substring(0, LONGEST_TEXT) + "…";
  }
}
