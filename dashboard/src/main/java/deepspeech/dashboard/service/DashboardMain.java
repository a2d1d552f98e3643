package deepspeech.dashboard.service;

import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.runtime.start.ServiceStart;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/**
 * Checks the configuration and starts the service if the configuration is valid, whether or not the
 * broker is reachable.
 */
@QuarkusMain
public class DashboardMain {
  /**
   * Runs until the service is asked to stop.
   *
   * @param arguments are passed on to Quarkus
   */
  public static void main(String... arguments) throws InterruptedException {
    new ServiceStart("dashboard", List.of()).orExit(DashboardMain::configure);
    Quarkus.run(arguments);
  }

  private static void configure() {
    DashboardConfiguration configuration =
        DashboardConfiguration.of(EnvironmentVariables.ofProcess());
    configuration.requireFreePorts();
    // These properties override variables such as QUARKUS_HTTP_HOST, which would open the page to
    // others without a check.
    configuration.properties().forEach(System::setProperty);
  }
}
