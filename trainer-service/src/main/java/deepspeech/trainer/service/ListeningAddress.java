package deepspeech.trainer.service;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The address on which this process serves its health and metrics. */
final class ListeningAddress implements Supplier<String> {
  private final String host;
  private final IntSupplier port;

  /**
   * Determines the address.
   *
   * @param host the host name or address on which the process listens; may be {@code 0.0.0.0}
   * @param port returns the port; not positive before the process listens
   */
  ListeningAddress(String host, IntSupplier port) {
    this.host = host;
    this.port = port;
  }

  /** Returns host and port as other machines see them; null before the process listens. */
  @Override
  public String get() {
    int listening = port.getAsInt();
    if (listening <= 0) {
      return null;
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      return (address.isAnyLocalAddress() ? InetAddress.getLocalHost() : address).getHostAddress()
          + ":"
          + listening;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}
