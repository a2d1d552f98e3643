package deepspeech.cli.simulation;

import java.util.PriorityQueue;

/** Equal servers with one queue. Jobs start in the order of their arrival. Not thread-safe. */
final class FifoServers {
  private final PriorityQueue<Double> freeAt = new PriorityQueue<>();

  /**
   * Creates servers that are free at time 0.
   *
   * @param servers their number, from 1
   */
  FifoServers(int servers) {
    for (int server = 0; server < servers; server++) {
      freeAt.add(0.0);
    }
  }

  /**
   * Serves a job.
   *
   * @param arrival in seconds, from 0, not before the arrival of an earlier job
   * @param duration of the service in seconds, from 0
   * @return when the job is done
   */
  double serve(double arrival, double duration) {
    double done = Math.max(arrival, freeAt.remove()) + duration;
    freeAt.add(done);
    return done;
  }
}
