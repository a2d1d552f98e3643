package deepspeech.dashboard.api;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the pages that follow the events. */
@Singleton
public class ConnectedClients {
  private final AtomicInteger count = new AtomicInteger();

  /** Current number of pages. */
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
