package deepspeech.dashboard.api;

import deepspeech.dashboard.history.DeadLetters;
import deepspeech.messages.deadletter.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Dead letters.
 *
 * @param reasons number of all letters by reason
 * @param letters a part of the retained letters, newest first
 * @param kept number of retained letters that can be shown
 */
record DeadLettersView(Map<String, Long> reasons, List<Letter> letters, int kept) {
  /** A dead letter. */
  record Letter(
      String kind,
      String subject,
      String split,
      Long utterance,
      String reason,
      String detail,
      Instant time) {
    static Letter of(DeadLetter letter) {
      return new Letter(
          letter.kind(),
          letter.subject(),
          letter.split(),
          letter.utterance(),
          letter.reason(),
          letter.detail(),
          letter.time());
    }
  }

  static DeadLettersView of(DeadLetters letters, int offset, int limit) {
    return new DeadLettersView(
        letters.counts(),
        letters.letters().stream().skip(offset).limit(limit).map(Letter::of).toList(),
        letters.letters().size());
  }
}
