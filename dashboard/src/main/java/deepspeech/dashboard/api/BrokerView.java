package deepspeech.dashboard.api;

import deepspeech.dashboard.reading.BrokerStatus;
import java.time.Instant;

/** State of the connection between service and broker, as sent to the page. */
record BrokerView(boolean connected, Instant since, boolean reading) {
  static BrokerView of(BrokerStatus status) {
    // The reason is withheld, because it contains addresses that concern only the operator.
    return new BrokerView(status.connected(), status.since(), status.reading());
  }
}
