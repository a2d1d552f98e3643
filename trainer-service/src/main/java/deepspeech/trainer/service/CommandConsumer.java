package deepspeech.trainer.service;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.TraceHeaders;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.SchemaVersion;
import deepspeech.messages.identity.RunId;
import deepspeech.runtime.logging.LogContext;
import deepspeech.trainer.command.CommandHandler;
import deepspeech.trainer.command.CommandRouter;
import deepspeech.trainer.command.InvalidCommandException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the records of {@code deepspeech.commands} to the command router. Rejected commands are
 * published to the dead letters.
 */
@ApplicationScoped
public class CommandConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(CommandConsumer.class);

  private final CommandRouter router;
  private final CommandHandler handler;
  private final EventPublisher publisher;
  private final TrainerMeters meters;
  private final Tracing tracing;
  private final Clock clock = Clock.systemUTC();

  CommandConsumer(
      CommandRouter router,
      CommandHandler handler,
      EventPublisher publisher,
      TrainerMeters meters,
      Tracing tracing) {
    this.router = router;
    this.handler = handler;
    this.publisher = publisher;
    this.meters = meters;
    this.tracing = tracing;
  }

  /** Carries out one command. The record is acknowledged when the result is committed. */
  @Incoming("commands")
  @Blocking
  public CompletionStage<Void> take(Message<byte[]> message) throws InterruptedException {
    IncomingKafkaRecordMetadata<?, ?> metadata =
        message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
    tracing.within(
        tracing
            .span("command")
            .setParent(TraceHeaders.read(metadata.getHeaders()))
            .setSpanKind(SpanKind.CONSUMER),
        () -> {
          take(metadata, message.getPayload());
          return null;
        });
    return message.ack();
  }

  private void take(IncomingKafkaRecordMetadata<?, ?> metadata, byte[] body)
      throws InterruptedException {
    String id = id(metadata);
    RunId run = null;
    LogContext context = null;
    try {
      run = run(metadata, body);
      context = run == null ? null : LogContext.of(run);
      SchemaVersion.requireReadable(
          CloudEventHeaders.fromKafka(metadata.getHeaders()).get(SchemaVersion.HEADER));
      Command command = Json.readStrictly(body, Command.class);
      Span.current()
          .setAttribute(SpanAttributes.RUN, command.run().toString())
          .setAttribute(SpanAttributes.COMMAND, command.eventType());
      router.take(id, command);
    } catch (InvalidCommandException e) {
      reject(id, run, e.getMessage(), body);
    } catch (InvalidMessageException e) {
      if (run != null) {
        handler.reject(id, run, e.getMessage());
      }
      reject(id, run, e.getMessage(), body);
    } finally {
      if (context != null) {
        context.close();
      }
    }
  }

  private void reject(String id, RunId run, String detail, byte[] body)
      throws InterruptedException {
    meters.rejectedCommand();
    LOG.warn("command {} for run {} rejected: {}", id, run, detail);
    Span.current().setStatus(StatusCode.ERROR, detail);
    publisher.publish(
        run == null
            ? DeadLetter.unreadable(DeadLetter.COMMAND, id, detail, body, clock.instant())
            : DeadLetter.rejected(DeadLetter.COMMAND, run, id, detail, body, clock.instant()),
        "rejected/" + id);
  }

  /**
   * Returns the command's {@code ce_id}. If a person published the command without a usable id,
   * returns its place in the topic.
   */
  private static String id(IncomingKafkaRecordMetadata<?, ?> metadata) {
    Header id = metadata.getHeaders().lastHeader("ce_id");
    return id != null && id.value() != null && id.value().length <= CloudEvent.LONGEST_ID
        ? new String(id.value(), StandardCharsets.UTF_8)
        : metadata.getTopic() + "/" + metadata.getPartition() + "/" + metadata.getOffset();
  }

  /**
   * Returns the run, so that a command with another error can be rejected under the run's name.
   * Returns null if the command does not name a run.
   */
  private static RunId run(IncomingKafkaRecordMetadata<?, ?> metadata, byte[] body) {
    String named = Json.readTree(body).path("run").asText(null);
    Object key = metadata.getKey();
    return named != null ? new RunId(named) : key != null ? new RunId(key.toString()) : null;
  }
}
