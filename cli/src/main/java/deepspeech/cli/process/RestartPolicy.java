package deepspeech.cli.process;

import java.time.Duration;
import java.util.Optional;

/**
 * When a program that ended is started again: after a pause that doubles with each end, and no more
 * after too many ends in a row. An end that was asked for, see {@link SupervisedProgram#kill}, is
 * not counted.
 *
 * @param firstPause before the first restart
 * @param longestPause the pauses grow no further
 * @param restarts most restarts in a row
 * @param steadyAfter a program that ran so long begins anew at the first pause
 */
public record RestartPolicy(
    Duration firstPause, Duration longestPause, int restarts, Duration steadyAfter) {
  /** Of services that nobody disturbs. */
  public static final RestartPolicy OF_SERVICES =
      new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(16), 5, Duration.ofMinutes(2));

  /**
   * The pause before the next start.
   *
   * @param endsInARow how often it ended in a row by itself, from 0
   * @return empty if it is to be given up
   */
  Optional<Duration> pauseAfter(int endsInARow) {
    if (endsInARow > restarts) {
      return Optional.empty();
    }
    Duration pause = firstPause;
    for (int i = 1; i < endsInARow && pause.compareTo(longestPause) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return Optional.of(pause.compareTo(longestPause) < 0 ? pause : longestPause);
  }
}
