package deepspeech.dashboard.history;

import deepspeech.messages.deadletter.DeadLetter;
import java.util.List;
import java.util.Map;

/**
 * What could not be used.
 *
 * @param counts of all, by reason
 * @param letters the newest ones, newest first
 */
public record DeadLetters(Map<String, Long> counts, List<DeadLetter> letters) {
  public DeadLetters {
    counts = Map.copyOf(counts);
    letters = List.copyOf(letters);
  }
}
