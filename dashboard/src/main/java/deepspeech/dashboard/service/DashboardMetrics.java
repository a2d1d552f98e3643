package deepspeech.dashboard.service;

import deepspeech.dashboard.api.ConnectedClients;
import deepspeech.dashboard.history.History;
import deepspeech.dashboard.reading.HistoryReader;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Prometheus metrics of the service itself, in addition to the durations of its requests. */
@ApplicationScoped
public class DashboardMetrics {
  void register(
      @Observes StartupEvent start,
      MeterRegistry registry,
      History history,
      HistoryReader reader,
      ConnectedClients clients) {
    Gauge.builder("deepspeech.dashboard.points", history, History::points)
        .description("Metric points in memory")
        .register(registry);
    Gauge.builder("deepspeech.dashboard.runs", history, known -> known.runs().size())
        .description("Known runs")
        .register(registry);
    Gauge.builder("deepspeech.dashboard.clients", clients, ConnectedClients::count)
        .description("Pages that receive events")
        .register(registry);
    Gauge.builder("deepspeech.dashboard.connected", reader, r -> r.status().connected() ? 1 : 0)
        .description("1 while the broker answers, otherwise 0")
        .register(registry);
    for (String topic : HistoryReader.TOPICS.keySet()) {
      Gauge.builder("deepspeech.dashboard.lag", reader, r -> r.lag().getOrDefault(topic, 0L))
          .description("Messages of a topic that are not read yet")
          .tag("topic", topic)
          .register(registry);
      FunctionCounter.builder(
              "deepspeech.dashboard.unreadable",
              reader,
              r -> r.unreadable().getOrDefault(topic, 0L))
          .description("Messages of a topic that could not be read")
          .tag("topic", topic)
          .register(registry);
    }
  }
}
