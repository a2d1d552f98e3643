package deepspeech.dashboard.history;

import deepspeech.messages.deadletter.DeadLetter;
import java.util.List;
import java.util.Map;

/**
 * Dead letters.
 *
 * @param counts number of all letters by reason
 * @param letters the newest letters, newest first
 */
public record DeadLetters(Map<String, Long> counts, List<DeadLetter> letters) {
  public DeadLetters {
    counts = Map.copyOf(counts);
    letters = List.copyOf(letters);
  }
}
