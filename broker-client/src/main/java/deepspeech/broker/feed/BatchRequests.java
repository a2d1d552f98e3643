package deepspeech.broker.feed;

import deepspeech.broker.BrokerException;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.topic.TopicDefinition;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests the batches that are due, unless the feature topic already holds them. Only the feed's
 * thread may use it.
 */
final class BatchRequests {
  private static final Logger LOG = LoggerFactory.getLogger(BatchRequests.class);

  private final DataSpecification data;
  private final DataSetDescription description;
  private final TopicDefinition topic;
  private final RequestSender sender;
  private final IndexedReplyLog log;
  private final BatchReplies replies;
  private final BatchTraces traces;
  private final FeedCounters counters;

  BatchRequests(
      DataSpecification data,
      DataSetDescription description,
      TopicDefinition topic,
      RequestSender sender,
      IndexedReplyLog log,
      BatchReplies replies,
      BatchTraces traces,
      FeedCounters counters) {
    this.data = data;
    this.description = description;
    this.topic = topic;
    this.sender = sender;
    this.log = log;
    this.replies = replies;
    this.traces = traces;
    this.counters = counters;
  }

  /** Sends the requests. Batches in the topic are not requested but read there. */
  void send(List<RequestWindow.DueRequest> due) throws InterruptedException {
    if (due.stream().anyMatch(request -> request.attempt() > 1)) {
      ensureTopics();
    }
    long rewind = Long.MAX_VALUE;
    for (RequestWindow.DueRequest request : due) {
      OptionalLong existing = existing(request);
      if (existing.isPresent()) {
        rewind = Math.min(rewind, existing.getAsLong());
      } else {
        send(request);
      }
    }
    log.rewind(rewind);
  }

  private void send(RequestWindow.DueRequest request) {
    if (request.attempt() > 1) {
      counters.retries.increment();
    }
    BatchPosition position = request.position();
    sender.send(
        new FeatureRequest.Batch(
            description.run(),
            description.split(),
            data,
            description.fingerprint(),
            position.epoch(),
            position.batch(),
            topic.name()),
        position.batch(),
        request.attempt(),
        traces.request(position, request.attempt()));
  }

  /**
   * The offset of a complete batch in the topic; empty if the index has none. A retry first removes
   * the batch from the index, because reading it there has failed, so that it is requested again.
   */
  private OptionalLong existing(RequestWindow.DueRequest request) {
    if (request.attempt() > 1) {
      log.forget(request.position());
    }
    return log.complete(request.position());
  }

  /**
   * Creates missing topics. A topic may have been deleted, or lost with its broker, since the
   * batches were first requested.
   */
  private void ensureTopics() throws InterruptedException {
    try {
      if (sender.prepare(topic)) {
        LOG.warn("topic {}: was missing and is created again", topic.name());
        replies.restart();
      }
    } catch (BrokerException e) {
      if (e.denied()) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
    }
  }
}
