package deepspeech.tools.prepare;

import deepspeech.speech.manifest.Utterance;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Spreads utterances over training and test where no list names a test set: every 500th is tested,
 * but the first, as in the Python project. Fewer than 501 lines would leave the test set empty and
 * the run without a test, so of those every tenth is tested, and the last one where even that tests
 * none. Not thread-safe.
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
   * Decides how many are tested.
   *
   * @param wanted every so-many-th, from 2; null to decide by the number of lines
   * @param lines that there are, whether or not they can be used
   */
  TestShare(Integer wanted, long lines, Consumer<Utterance> train, Consumer<Utterance> test) {
    this.wanted = wanted;
    this.every = wanted != null ? wanted : lines > OF_MANY ? OF_MANY : OF_FEW;
    this.train = train;
    this.test = test;
  }

  /** What the user should know about it. */
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

  /** Passes the last one on. */
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
