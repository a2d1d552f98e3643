package deepspeech.dashboard.api;

import deepspeech.dashboard.reading.BrokerStatus;
import java.time.Instant;

/** How the service stands with the broker, as the page is told. */
record BrokerView(boolean connected, Instant since, boolean reading) {
  static BrokerView of(BrokerStatus status) {
    // The reason has addresses in it that are the operator's business.
    return new BrokerView(status.connected(), status.since(), status.reading());
  }
}
