package deepspeech.local.progress;

import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.deadletter.LeftOutReason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a run could not use: the first few in full, all of them in a line of counts. */
public final class LeftOutCount {
  private static final int SHOWN_IN_FULL = 3;

  private final Set<Subject> seen = new HashSet<>();

  /** A line for each of the first few dead letters that are new. */
  Optional<String> add(DeadLetter letter) {
    if (seen.size() > SHOWN_IN_FULL || !seen.add(Subject.of(letter))) {
      return Optional.empty();
    }
    return Optional.of(
        seen.size() > SHOWN_IN_FULL
            ? "Left out: more, counted at the end; each is in the topic deepspeech.dead-letters"
            : "Left out: %s %s: %s".formatted(letter.kind(), letter.subject(), letter.detail()));
  }

  /**
   * The counts in one line, the largest first; empty if there are none.
   *
   * @param counts utterances by reason; null if not known
   */
  public static Optional<String> line(Map<LeftOutReason, Integer> counts) {
    if (counts == null || counts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        counts.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<LeftOutReason, Integer> e) -> -e.getValue())
                    .thenComparing(Map.Entry::getKey))
            .map(reason -> reason.getValue() + " " + reason.getKey())
            .collect(Collectors.joining(", ", "left out: ", "")));
  }

  private record Subject(String kind, String split, String subject, Long utterance, String reason) {
    static Subject of(DeadLetter letter) {
      return new Subject(
          letter.kind(), letter.split(), letter.subject(), letter.utterance(), letter.reason());
    }
  }
}
