package deepspeech.local.progress;

import deepspeech.messages.deadletter.DeadLetter;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts dead letters by reason; the same utterance or message once, however often it was met. */
final class LeftOutCount {
  private static final int SHOWN_IN_FULL = 3;

  private final Set<Subject> seen = new HashSet<>();

  /** Counts a dead letter; a line for the first few that are new. */
  Optional<String> add(DeadLetter letter) {
    if (!seen.add(Subject.of(letter)) || seen.size() > SHOWN_IN_FULL + 1) {
      return Optional.empty();
    }
    return Optional.of(
        seen.size() > SHOWN_IN_FULL
            ? "Left out: more, counted at the end; each is in the topic deepspeech.dead-letters"
            : "Left out: %s %s: %s".formatted(letter.kind(), letter.subject(), letter.detail()));
  }

  /** One line with all counts; empty if there are none. */
  Optional<String> summary() {
    if (seen.isEmpty()) {
      return Optional.empty();
    }
    String reasons =
        seen.stream()
            .collect(Collectors.groupingBy(Subject::reason, TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(reason -> reason.getKey() + " " + reason.getValue())
            .collect(Collectors.joining(", "));
    return Optional.of("Left out in all: %d (%s)".formatted(seen.size(), reasons));
  }

  private record Subject(String kind, String split, String subject, Long utterance, String reason) {
    static Subject of(DeadLetter letter) {
      return new Subject(
          letter.kind(), letter.split(), letter.subject(), letter.utterance(), letter.reason());
    }
  }
}
