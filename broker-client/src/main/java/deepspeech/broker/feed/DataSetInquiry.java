package deepspeech.broker.feed;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.topic.TopicDefinition;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests the description of a data set from data-prep until the reply arrives in the feature
 * topic. Only the feed's thread may use it.
 */
final class DataSetInquiry {
  private static final Logger LOG = LoggerFactory.getLogger(DataSetInquiry.class);

  private final TopicDefinition topic;
  private final RequestSender sender;
  private final ReplyLog log;
  private final FeedSettings settings;
  private final FeedCounters counters;
  private final Consumer<String> waiting;
  private final Tracing tracing;

  DataSetInquiry(
      TopicDefinition topic,
      RequestSender sender,
      ReplyLog log,
      FeedSettings settings,
      FeedCounters counters,
      Consumer<String> waiting,
      Tracing tracing) {
    this.topic = topic;
    this.sender = sender;
    this.log = log;
    this.settings = settings;
    this.counters = counters;
    this.waiting = waiting;
    this.tracing = tracing;
  }

  /**
   * Sends the request, repeats it, and waits for the description.
   *
   * @param trace the trace that the requests belong to
   * @throws RequestRefusedException if the data set cannot be used, with data-prep's reason
   * @throws NoAnswerException if no answer comes within the settings' limit
   */
  DataSetDescription answerTo(FeatureRequest.Description request, Context trace)
      throws InterruptedException {
    sender.prepare(topic);
    log.seek(log.end());
    long began = System.nanoTime();
    long reported = began;
    long due = began;
    int attempt = 0;
    while (true) {
      long now = System.nanoTime();
      if (now - began >= settings.dataSetLimit().toNanos()) {
        throw new NoAnswerException(
            "data-prep: no answer about %s within %d s; is a data-prep service running?"
                .formatted(request.data().manifest(), settings.dataSetLimit().toSeconds()));
      }
      if (now - due >= 0) {
        attempt++;
        sender.send(request, request.requestId().hashCode(), attempt, span(request, trace));
        due = now + settings.dataSetRetry().nanos(attempt);
      }
      if (now - reported >= settings.waitingInterval().toNanos()) {
        reported = now;
        waiting.accept(
            "waiting for data-prep: no answer about %s for %d s, requested %d times"
                .formatted(
                    request.data().manifest(),
                    TimeUnit.NANOSECONDS.toSeconds(now - began),
                    attempt));
      }
      Optional<DataSetDescription> answer = nextAnswer(request.requestId());
      if (answer.isPresent()) {
        return answer.get();
      }
    }
  }

  private Span span(FeatureRequest.Description request, Context trace) {
    return tracing
        .span("request data set")
        .setParent(trace)
        .setSpanKind(SpanKind.PRODUCER)
        .setAllAttributes(SpanAttributes.request(request))
        .startSpan();
  }

  private Optional<DataSetDescription> nextAnswer(String requestId) {
    try {
      ConsumerRecord<String, byte[]> record = log.next(Duration.ofMillis(100));
      return record == null ? Optional.empty() : answer(record, requestId);
    } catch (ReplyLog.PositionLostException e) {
      LOG.warn("topic {}: was trimmed or created again by another client", topic.name());
      log.seek(log.beginning());
    } catch (InvalidMessageException e) {
      counters.malformed.increment();
      LOG.warn("{}/0/{}: {}", topic.name(), log.position() - 1, e.getMessage());
    }
    return Optional.empty();
  }

  private static Optional<DataSetDescription> answer(
      ConsumerRecord<String, byte[]> record, String requestId) {
    Map<String, String> headers = CloudEventHeaders.fromKafka(record.headers());
    String reply = headers.get(FeatureHeaders.REPLY);
    if (FeatureHeaders.REPLY_REFUSED.equals(reply)) {
      RequestRefused refused = Json.read(record.value(), RequestRefused.class);
      if (requestId.equals(refused.requestId())) {
        throw new RequestRefusedException(refused.reason());
      }
    } else if (FeatureHeaders.REPLY_DATA_SET.equals(reply)) {
      DataSetDescription description = Json.read(record.value(), DataSetDescription.class);
      if (requestId.equals(description.requestId())) {
        return Optional.of(description);
      }
    }
    return Optional.empty();
  }
}
