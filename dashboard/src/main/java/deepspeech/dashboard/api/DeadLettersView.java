package deepspeech.dashboard.api;

import deepspeech.dashboard.history.DeadLetters;
import deepspeech.messages.deadletter.DeadLetter;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What could not be used.
 *
 * @param reasons counts of all
 * @param letters a part of those that are kept, newest first
 * @param kept how many can be shown
 */
record DeadLettersView(Map<String, Long> reasons, List<Letter> letters, int kept) {
  /** One of them. */
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
