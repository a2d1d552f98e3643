package deepspeech.cli.progress;

import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.features.SkipReason;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reports the utterances that a run skipped: the first few in full, all of them in a line of
 * counts.
 */
public final class SkippedUtteranceReport {
  private static final int SHOWN_IN_FULL = 3;

  private final Set<Subject> seen = new HashSet<>();

  /**
   * A line for each of the first few new utterances, then one line that says that there are more.
   * Empty for further utterances and for other dead letters.
   */
  Optional<String> add(DeadLetter letter) {
    if (!letter.kind().equals(DeadLetter.UTTERANCE)) {
      return Optional.empty();
    }
    if (seen.size() > SHOWN_IN_FULL || !seen.add(Subject.of(letter))) {
      return Optional.empty();
    }
    return Optional.of(
        seen.size() > SHOWN_IN_FULL
            ? "Skipped: more utterances, counted at the end of the run; the topic deepspeech.dead-letters lists each"
            : "Skipped: %s%s".formatted(name(letter), letter.detail()));
  }

  /**
   * A manifest line that is not an utterance has no path. Its detail names the manifest and the
   * line.
   */
  private static String name(DeadLetter letter) {
    return letter.subject() == null ? "" : "utterance %s: ".formatted(letter.subject());
  }

  /**
   * The counts in one line, the largest first; empty if there are no counts.
   *
   * @param counts number of skipped utterances by reason; null if unknown
   */
  public static Optional<String> line(Map<SkipReason, Integer> counts) {
    if (counts == null || counts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        counts.entrySet().stream()
            .sorted(
                Comparator.comparing((Map.Entry<SkipReason, Integer> e) -> -e.getValue())
                    .thenComparing(Map.Entry::getKey))
            .map(reason -> reason.getValue() + " " + reason.getKey())
            .collect(Collectors.joining(", ", "skipped: ", "")));
  }

  /**
   * A line about the utterances that the newest test skipped; empty if there is no test result or
   * the test skipped none.
   */
  public static Optional<String> ofTests(List<Evaluation> results) {
    return results.stream()
        .reduce((earlier, later) -> later)
        .map(Evaluation::errors)
        .filter(test -> test.skipped() > 0)
        .map(
            test ->
                "the test CER covers %d of %d test utterances; %d were skipped (deepspeech check and the topic deepspeech.dead-letters give the reasons)"
                    .formatted(
                        test.utterances(), test.utterances() + test.skipped(), test.skipped()));
  }

  private record Subject(String split, String path, Long utterance, String reason) {
    static Subject of(DeadLetter letter) {
      return new Subject(letter.split(), letter.subject(), letter.utterance(), letter.reason());
    }
  }
}
