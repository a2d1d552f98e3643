package deepspeech.dashboard.api;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** How many pages follow the events. */
@Singleton
public class ConnectedClients {
  private final AtomicInteger count = new AtomicInteger();

  /** Those at this time. */
  public int count() {
    return count.get();
  }

  void add() {
    count.incrementAndGet();
  }

  void remove() {
    count.decrementAndGet();
  }
}
