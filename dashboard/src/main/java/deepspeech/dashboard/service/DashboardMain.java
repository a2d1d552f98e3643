package deepspeech.dashboard.service;

import deepspeech.broker.ServiceStart;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/**
 * Checks the configuration and starts the service if it will do, whether the broker is there or
 * not.
 */
@QuarkusMain
public class DashboardMain {
  /**
   * Runs until the service is told to end.
   *
   * @param arguments are handed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart("dashboard", List.of()).orExit(DashboardMain::configure);
    Quarkus.run(arguments);
  }

  private static void configure() {
    DashboardConfiguration configuration =
        DashboardConfiguration.of(EnvironmentVariables.ofProcess());
    configuration.requireFreePorts();
    // Wins over variables such as QUARKUS_HTTP_HOST, which would open the page to others unchecked.
    configuration.properties().forEach(System::setProperty);
  }
}
