package deepspeech.local.process;

import java.time.Duration;
import java.util.Optional;

/**
 * When a program that ended is started again: after a pause that doubles with each end, and no more
 * after too many ends in a row.
 *
 * @param firstPause before the first restart
 * @param restarts most restarts in a row
 * @param steadyAfter a program that ran so long begins anew at the first pause
 */
record RestartPolicy(Duration firstPause, int restarts, Duration steadyAfter) {
  static final RestartPolicy OF_SERVICES =
      new RestartPolicy(Duration.ofSeconds(1), 5, Duration.ofMinutes(2));

  /**
   * The pause before the next start.
   *
   * @param endsInARow how often it ended in a row, from 1
   * @return empty if it is to be given up
   */
  Optional<Duration> pauseAfter(int endsInARow) {
    return endsInARow > restarts
        ? Optional.empty()
        : Optional.of(firstPause.multipliedBy(1L << (endsInARow - 1)));
  }
}
