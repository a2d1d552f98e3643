package deepspeech.dashboard.service;

import deepspeech.broker.command.CommandDispatch;
import deepspeech.dashboard.access.Access;
import deepspeech.dashboard.access.KnownHosts;
import deepspeech.dashboard.history.History;
import deepspeech.dashboard.reading.HistoryReader;
import deepspeech.messages.configuration.EnvironmentVariables;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;

/** Creates the parts of the service. */
@ApplicationScoped
public class DashboardBeans {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

  @Produces
  @Singleton
  DashboardConfiguration configuration() {
    return DashboardConfiguration.of(EnvironmentVariables.ofProcess());
  }

  @Produces
  @Singleton
  KnownHosts hosts(DashboardConfiguration configuration) throws UnknownHostException {
    return new KnownHosts(
        configuration.host(),
        InetAddress.getByName(configuration.host()).isLoopbackAddress(),
        configuration.names());
  }

  @Produces
  @Singleton
  Access access(DashboardConfiguration configuration) {
    return new Access(configuration.signIn(), Clock.systemUTC());
  }

  @Produces
  @Singleton
  History history() {
    return new History();
  }

  @Produces
  @Singleton
  @Startup
  HistoryReader reader(DashboardConfiguration configuration, History history) {
    return new HistoryReader(configuration.broker(), history, Clock.systemUTC());
  }

  void close(@Disposes HistoryReader reader) {
    reader.close();
  }

  @Produces
  @Singleton
  CommandDispatch dispatch(DashboardConfiguration configuration) {
    return new CommandDispatch(configuration.broker(), "/dashboard", ANSWER_WITHIN);
  }
}
