package deepspeech.operations.health;

/** Finds out whether something that a service depends on can be used. */
@FunctionalInterface
public interface Probe {
  /**
   * Returns if it can be used.
   *
   * @throws RuntimeException if it cannot; its message says why in one line
   */
  void look() throws InterruptedException;
}
