package deepspeech.runtime.health;

/** Checks whether a dependency of a service can be used. */
@FunctionalInterface
public interface Probe {
  /**
   * Returns if the dependency can be used.
   *
   * @throws RuntimeException if it cannot be used; the message is the reason in one line
   */
  void check() throws InterruptedException;
}
