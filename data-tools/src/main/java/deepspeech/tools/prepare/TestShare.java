package deepspeech.tools.prepare;

import deepspeech.speech.manifest.Utterance;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Splits utterances into training and test if no list names a test set. Every 500th utterance
 * except the first goes to the test, as in the Python project. With fewer than 501 lines the test
 * set would be empty, and the run would have no test. In that case every tenth utterance goes to
 * the test, or the last one if there are too few for that. Not thread-safe.
 */
final class TestShare implements Consumer<Utterance> {
  private static final int OF_MANY = 500;
  private static final int OF_FEW = 10;

  private final Integer wanted;
  private final int every;
  private final Consumer<Utterance> train;
  private final Consumer<Utterance> test;
  private Utterance last;
  private long taken;
  private long tested;

  /**
   * Decides the share of the test.
   *
   * @param wanted every how many utterances one goes to the test, from 2; null to decide by the
   *     number of lines
   * @param lines number of lines, whether or not they can be used
   */
  TestShare(Integer wanted, long lines, Consumer<Utterance> train, Consumer<Utterance> test) {
    this.wanted = wanted;
    this.every = wanted != null ? wanted : lines > OF_MANY ? OF_MANY : OF_FEW;
    this.train = train;
    this.test = test;
  }

  /** Returns a remark for the user about the split. */
  Optional<String> remark() {
    return wanted != null || every == OF_MANY
        ? Optional.empty()
        : Optional.of(
            "fewer than %d lines and no test list: every %dth usable line goes to manifest.test, or the last one; see --test-every"
                .formatted(OF_MANY + 1, every));
  }

  @Override
  public void accept(Utterance utterance) {
    pass(false);
    last = utterance;
  }

  /** Assigns the last utterance. */
  void finish() {
    pass(wanted == null && tested == 0 && taken > 0);
  }

  private void pass(boolean isTested) {
    if (last == null) {
      return;
    }
    if (isTested || (taken > 0 && taken % every == 0)) {
      test.accept(last);
      tested++;
    } else {
      train.accept(last);
    }
    taken++;
    last = null;
  }
}
