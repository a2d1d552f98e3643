package deepspeech.cli.chaos;

import java.time.Duration;

/**
 * One thing that is done to the pipeline while it trains.
 *
 * @param target name of the service, or {@link #BROKER} or {@link #STORE}
 * @param down how long the target is kept away; a killed service comes back as its supervisor
 *     starts it again
 */
record Disturbance(Action action, String target, Duration down) {
  static final String BROKER = "broker";
  static final String STORE = "store";

  enum Action {
    /** SIGKILL. */
    KILL,
    /** Stopped, and started again on the same data. */
    RESTART
  }

  static Disturbance kill(String service) {
    return new Disturbance(Action.KILL, service, Duration.ZERO);
  }

  static Disturbance restart(String server, Duration down) {
    return new Disturbance(Action.RESTART, server, down);
  }

  /** What disturbances of one kind have in common, for a table. */
  String kind() {
    return (action == Action.KILL ? "SIGKILL " : "restart ") + target;
  }
}
