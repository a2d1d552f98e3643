package deepspeech.dataprep.prepare;

import java.util.Optional;

/**
 * Which utterances are tested where no list names a test set: every 500th but the first, as in the
 * Python project. Fewer than 501 lines would leave the test set empty and the run without a test,
 * so of those every tenth is tested, or the last one of fewer than eleven.
 *
 * @param every so many
 * @param remark what the user should know about it
 */
record TestShare(int every, Optional<String> remark) {
  private static final int OF_MANY = 500;
  private static final int OF_FEW = 10;

  /**
   * Decides.
   *
   * @param wanted from 1; null to decide by the number of lines
   * @param lines that there are, whether or not they can be used
   */
  static TestShare of(Integer wanted, long lines) {
    if (wanted != null || lines > OF_MANY) {
      return new TestShare(wanted == null ? OF_MANY : wanted, Optional.empty());
    }
    int every = (int) Math.max(1, Math.min(OF_FEW, lines - 1));
    return new TestShare(
        every,
        lines < 2
            ? Optional.empty()
            : Optional.of(
                "fewer than %d lines and no test list: %s goes to manifest.test; see --test-every"
                    .formatted(
                        OF_MANY + 1,
                        lines > OF_FEW ? "every " + every + "th usable line" : "the last line")));
  }

  /**
   * Whether an utterance is tested.
   *
   * @param before number of usable ones before it
   */
  boolean takes(long before) {
    return before > 0 && before % every == 0;
  }
}
