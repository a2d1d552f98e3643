package deepspeech.cli.process;

import deepspeech.runtime.retry.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * Says when a program that ended is restarted. The pause before a restart doubles with each end in
 * a row. After too many ends in a row the program is not restarted. An end caused by {@link
 * SupervisedProgram#kill} does not count.
 *
 * @param firstPause pause before the first restart
 * @param longestPause upper limit of the pause
 * @param restarts maximum number of restarts in a row
 * @param steadyAfter run time after which the ends in a row are counted from 0 again
 */
public record RestartPolicy(
    Duration firstPause, Duration longestPause, int restarts, Duration steadyAfter) {
  /** The policy for services that are not disturbed on purpose. */
  public static final RestartPolicy OF_SERVICES =
      new RestartPolicy(Duration.ofSeconds(1), Duration.ofSeconds(16), 5, Duration.ofMinutes(2));

  /**
   * The pause before the next start.
   *
   * @param endsInARow number of ends in a row, without those caused by a kill, from 0
   * @return empty if the program is not to be restarted
   */
  Optional<Duration> pauseAfter(int endsInARow) {
    if (endsInARow > restarts) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(new Backoff(firstPause, longestPause).nanos(endsInARow)));
  }
}
