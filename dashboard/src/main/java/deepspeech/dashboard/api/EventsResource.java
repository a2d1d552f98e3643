package deepspeech.dashboard.api;

import deepspeech.dashboard.history.History;
import deepspeech.dashboard.history.RunRecord;
import deepspeech.dashboard.reading.BrokerStatus;
import deepspeech.dashboard.reading.HistoryReader;
import deepspeech.messages.identity.RunId;
import io.smallrye.mutiny.Multi;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends changes to pages as server-sent events. Each page receives the differences from what it
 * received last, so nothing is queued for a page that reads slowly. A page that accepts nothing for
 * {@link #PATIENCE} is disconnected. It connects again when it resumes.
 */
@Path("/api/events")
public class EventsResource {
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);
  private static final int CHECKS_BETWEEN_COMMENTS = 20;
  private static final int MOST_CLIENTS = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Logger LOG = LoggerFactory.getLogger(EventsResource.class);

  private final History history;
  private final HistoryReader reader;
  private final ConnectedClients clients;

  EventsResource(History history, HistoryReader reader, ConnectedClients clients) {
    this.history = history;
    this.reader = reader;
    this.clients = clients;
  }

  /** Event that says that a run has changed. */
  record Changed(RunId run, long version) {}

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<OutboundSseEvent> events(@Context Sse sse, @Context HttpServerRequest request) {
    if (clients.count() >= MOST_CLIENTS) {
      throw new WebApplicationException(
          Failures.answer(
              Response.Status.SERVICE_UNAVAILABLE.getStatusCode(),
              new Failure("too many pages: %d already receive events".formatted(MOST_CLIENTS))));
    }
    SentState sent = new SentState(sse);
    return Multi.createFrom()
        .ticks()
        .every(CHECK_INTERVAL)
        .onOverflow()
        .invoke(tick -> dropIfStalled(sent, request))
        .drop()
        .onItem()
        .transformToMultiAndConcatenate(tick -> Multi.createFrom().iterable(sent.next()))
        .onSubscription()
        .invoke(clients::add)
        .onTermination()
        .invoke(clients::remove);
  }

  /** Called on each tick that finds the last events still on their way to the page. */
  private static void dropIfStalled(SentState sent, HttpServerRequest request) {
    if (sent.isStalled()) {
      LOG.info(
          "a page at {} reads no events and is disconnected",
          request.remoteAddress().hostAddress());
      // When its connection or the whole pipeline is closed, Vert.x 4.5 first writes the pending
      // data, which never ends here. The head of the pipeline closes at once.
      var unused =
          ((ConnectionBase) request.connection()).channel().pipeline().firstContext().close();
    }
  }

  /** The state that one page received last. */
  private final class SentState {
    private final Map<RunId, Long> versions = new HashMap<>();
    private BrokerStatus broker;
    private final Sse sse;
    private boolean begun;
    private int checks;
    private volatile long lastTaken = System.nanoTime();

    SentState(Sse sse) {
      this.sse = sse;
    }

    /** True if the last events have been on their way to the page for too long. */
    boolean isStalled() {
      return System.nanoTime() - lastTaken > PATIENCE.toNanos();
    }

    List<OutboundSseEvent> next() {
      lastTaken = System.nanoTime();
      List<OutboundSseEvent> events = new ArrayList<>();
      BrokerStatus status = reader.status();
      if (!status.equals(broker)) {
        broker = status;
        events.add(event("broker", BrokerView.of(status)));
      }
      for (RunRecord record : history.records()) {
        long version = record.version();
        Long before = versions.put(record.run(), version);
        // The page has already requested the runs that existed when it connected, or is about to.
        if (begun && (before == null || before != version)) {
          events.add(event("runs", new Changed(record.run(), version)));
        }
      }
      begun = true;
      if (checks++ % CHECKS_BETWEEN_COMMENTS == 0) {
        events.add(sse.newEventBuilder().comment("still here").build());
      }
      return events;
    }

    private OutboundSseEvent event(String name, Object data) {
      return sse.newEventBuilder()
          .name(name)
          .mediaType(MediaType.APPLICATION_JSON_TYPE)
          .data(data)
          .build();
    }
  }
}
