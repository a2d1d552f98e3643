package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.runtime.logging.LogContext;
import deepspeech.speech.DataFileException;
import deepspeech.speech.audio.codec.CodecException;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.storage.StorageException;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests with a description, a batch, or a refusal with its reason. A client repeats a
 * request that was not answered. A request may therefore be dropped, but must never be answered
 * wrongly. Thread-safe.
 */
public final class RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private final DataSets dataSets;
  private final BatchFunction batches;
  private final BatchMemoryBudget memoryBudget;
  private final Replies replies;
  private final BiFunction<DeadLetter, String, CompletableFuture<Void>> deadLetters;
  private final UtteranceDeadLetters utterances;
  private final RequestMetrics metrics;
  private final Tracing tracing;
  private final Clock clock;

  /**
   * Creates a handler.
   *
   * @param batchBytes heap in bytes that concurrent batches may take; a batch that needs more is
   *     computed alone
   * @param deadLetters publishes a message under an id, and completes when the broker has it
   * @param deadLetterIds the ids of the existing dead letters
   */
  public RequestHandler(
      DataSets dataSets,
      BatchFunction batches,
      long batchBytes,
      Replies replies,
      BiFunction<DeadLetter, String, CompletableFuture<Void>> deadLetters,
      TopicIds deadLetterIds,
      RequestMetrics metrics,
      Tracing tracing,
      Clock clock) {
    this.dataSets = dataSets;
    this.batches = batches;
    this.memoryBudget = new BatchMemoryBudget(batchBytes);
    this.replies = replies;
    this.deadLetters = deadLetters;
    this.utterances = new UtteranceDeadLetters(deadLetters, deadLetterIds, metrics::skipped, clock);
    this.metrics = metrics;
    this.tracing = tracing;
    this.clock = clock;
  }

  /**
   * Handles one request. Returns when the broker has the answer, or when no client waits for one.
   *
   * @param key the key of the record, null if it has none
   * @param body the body of the record, null if it has none
   * @param position topic/partition/offset
   * @param trace the trace in which the request was sent
   */
  public void handle(String key, byte[] body, String position, Context trace)
      throws InterruptedException {
    FeatureRequest request;
    try {
      request = Json.read(body, FeatureRequest.class);
    } catch (InvalidMessageException e) {
      refuse(key, body, position, e.getMessage());
      return;
    }
    tracing.within(
        span(request, trace),
        () -> {
          handle(request, position);
          return null;
        });
  }

  /**
   * Publishes a record that cannot be read as a dead letter.
   *
   * @param key the key of the record, null if it has none
   * @param body the body of the record, null if it has none
   * @param position topic/partition/offset
   */
  public void refuse(String key, byte[] body, String position, String reason)
      throws InterruptedException {
    metrics.request(RequestMetrics.UNREADABLE);
    bury(key, body, position, reason);
  }

  private SpanBuilder span(FeatureRequest request, Context trace) {
    return tracing
        .span(request instanceof FeatureRequest.Batch ? "prepare batch" : "describe data set")
        .setParent(trace)
        .setSpanKind(SpanKind.CONSUMER)
        .setAllAttributes(SpanAttributes.request(request));
  }

  private void handle(FeatureRequest request, String position) throws InterruptedException {
    LogContext context = contextOf(request);
    metrics.begin();
    try {
      if (!replies.exists(request.replyTopic())) {
        drop(request, position, "topic %s does not exist any more".formatted(request.replyTopic()));
        return;
      }
      answer(request);
    } catch (BrokerException | StorageException | CodecException e) {
      drop(request, position, e.getMessage());
    } finally {
      metrics.end();
      context.close();
    }
  }

  private static LogContext contextOf(FeatureRequest request) {
    return request instanceof FeatureRequest.Batch batch
        ? LogContext.of(batch.run(), batch.epoch(), batch.batch())
        : LogContext.of(request.run());
  }

  private void answer(FeatureRequest request) throws InterruptedException {
    try {
      if (request instanceof FeatureRequest.Description dataSet) {
        describe(dataSet);
      } else if (request instanceof FeatureRequest.Batch batch) {
        make(batch);
      }
    } catch (DataFileException | IllegalArgumentException e) {
      refuse(request, e.getMessage());
    } catch (BrokerException e) {
      throw e;
    } catch (StorageException e) {
      // The start of a run waits for an answer. A run in progress can wait for the store.
      if (request instanceof FeatureRequest.Batch && e.isPassing()) {
        throw e;
      }
      refuse(request, e.getMessage());
    } catch (CodecException e) {
      if (e.isPassing()) {
        throw e;
      }
      // Nothing on this machine will change. The refusal gives the run the reason why it cannot
      // continue.
      refuse(request, e.getMessage());
    } catch (RuntimeException e) {
      // A defect of this service. Without an answer the request would be repeated forever.
      LOG.error("cannot answer {}", request, e);
      refuse(request, "data-prep failed: " + e);
    }
  }

  private void describe(FeatureRequest.Description request)
      throws DataFileException, InterruptedException {
    DataSet dataSet = dataSets.open(request.split(), request.data());
    if (dataSet.utterances().isEmpty()) {
      refuse(request, dataSet.emptiness());
    } else {
      replies.send(
          request.replyTopic(),
          List.of(
              Reply.json(
                  request,
                  FeatureHeaders.REPLY_DATA_SET,
                  dataSet.describe(request.run(), request.requestId(), request.epochs()))));
      metrics.request(RequestMetrics.ANSWERED);
      LOG.info(
          "run {}: {} has {} utterances, {} skipped",
          request.run(),
          dataSet.manifest(),
          dataSet.utterances().size(),
          dataSet.skipped().size());
    }
    // Publish the dead letters after the answer, because no client has to wait for them, however
    // many there are. The request counts as done only afterwards, so that a replica that processes
    // it after a crash publishes the rest.
    utterances.publish(request.run(), request.split(), dataSet.skipped());
  }

  private void make(FeatureRequest.Batch request) throws DataFileException, InterruptedException {
    Timer.Sample start = metrics.start();
    DataSet dataSet = dataSets.open(request.split(), request.data(), request.fingerprint());
    List<SkippedUtterance> skipped;
    int reserved = memoryBudget.reserve(dataSet.featureBytes(request.epoch(), request.batch()));
    try {
      FeatureBatch batch =
          tracing.within(
              tracing.span("compute features"),
              () -> batches.batch(dataSet, request.run(), request.epoch(), request.batch()));
      send(request.replyTopic(), batch);
      metrics.request(RequestMetrics.ANSWERED);
      metrics.answered(batch, start);
      skipped = batch.skipped();
    } finally {
      memoryBudget.release(reserved);
    }
    utterances.publish(request.run(), request.split(), skipped);
  }

  private void send(String topic, FeatureBatch batch) throws InterruptedException {
    Span.current()
        .setAttribute(SpanAttributes.UTTERANCES, (long) batch.size())
        .setAttribute(SpanAttributes.SKIPPED_UTTERANCES, (long) batch.skipped().size());
    tracing.within(
        tracing.span("send batch").setSpanKind(SpanKind.PRODUCER),
        () -> {
          String key = batch.key().recordKey();
          List<Reply> parts =
              FeatureBatchCodec.encode(batch).stream().map(part -> Reply.part(key, part)).toList();
          Span.current().setAttribute(SpanAttributes.PARTS, (long) parts.size());
          replies.send(topic, parts);
          return null;
        });
  }

  private void refuse(FeatureRequest request, String reason) throws InterruptedException {
    metrics.request(RequestMetrics.REFUSED);
    LOG.warn("run {}: request refused: {}", request.run(), reason);
    Span.current().setStatus(StatusCode.ERROR, reason);
    RequestRefused refused = RequestRefused.of(request, reason);
    replies.send(
        request.replyTopic(), List.of(Reply.json(request, FeatureHeaders.REPLY_REFUSED, refused)));
  }

  private void drop(FeatureRequest request, String position, String reason) {
    metrics.request(RequestMetrics.DROPPED);
    LOG.warn("run {}: request {} dropped: {}", request.run(), position, reason);
    Span.current().setStatus(StatusCode.ERROR, reason);
  }

  private void bury(String key, byte[] body, String position, String detail) {
    LOG.warn("request {} cannot be read: {}", position, detail);
    DeadLetter letter =
        DeadLetter.unreadable(
            DeadLetter.BATCH_REQUEST, key, position, detail, body, clock.instant());
    try {
      deadLetters.apply(letter, "request/" + position).join();
    } catch (CompletionException e) {
      LOG.warn("dead letter of request {} not published: {}", position, e.getCause().getMessage());
    }
  }
}
