package deepspeech.cli.chaos;

import java.time.Duration;

/**
 * A fault that is injected into the pipeline during training.
 *
 * @param target name of a service, or {@link #TRAINER}, {@link #BROKER} or {@link #STORE}
 * @param down how long a restarted server stays down; zero for a killed service, which its
 *     supervisor restarts
 */
record Disturbance(Action action, String target, Duration down) {
  /** The trainer that has the run. */
  static final String TRAINER = "trainer-service";

  static final String BROKER = "broker";
  static final String STORE = "store";

  enum Action {
    /** SIGKILL. */
    KILL,
    /** A stop, then a start on the same data. */
    RESTART
  }

  static Disturbance kill(String service) {
    return new Disturbance(Action.KILL, service, Duration.ZERO);
  }

  static Disturbance restart(String server, Duration down) {
    return new Disturbance(Action.RESTART, server, down);
  }

  /**
   * Action and target, such as {@code SIGKILL trainer-service}. Disturbances are counted by kind.
   */
  String kind() {
    return (action == Action.KILL ? "SIGKILL " : "restart ") + target;
  }
}
