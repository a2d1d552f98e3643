package deepspeech.broker.feed;

import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.RequestRefused;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads data-prep's replies from the feature topic, decodes the batches among them and puts them
 * into the queue. Only the feed's thread may use it.
 */
final class BatchReplies {
  private static final Logger LOG = LoggerFactory.getLogger(BatchReplies.class);
  private static final Duration SCAN_POLL = Duration.ofMillis(100);

  private final DataSetDescription description;
  private final String topic;
  private final IndexedReplyLog log;
  private final BatchQueue queue;
  private final BatchTraces traces;
  private final FeedCounters counters;

  /** Replies from this offset on answer this delivery's requests. */
  private long answersFrom;

  BatchReplies(
      String topic,
      DataSetDescription description,
      IndexedReplyLog log,
      BatchQueue queue,
      BatchTraces traces,
      FeedCounters counters) {
    this.description = description;
    this.topic = topic;
    this.log = log;
    this.queue = queue;
    this.traces = traces;
    this.counters = counters;
  }

  /** Ignores the existing records of the topic. */
  void skipExisting() {
    answersFrom = log.end();
    log.skipTo(answersFrom);
  }

  /** Indexes the existing records. The batches themselves are read when they are due. */
  void scanExisting() throws InterruptedException {
    long end = log.end();
    answersFrom = end;
    while (!log.reached(end) && queue.isOpen()) {
      read(SCAN_POLL, false);
    }
  }

  /**
   * Processes the next reply, if one arrives in time.
   *
   * @return its size in bytes, 0 if none arrived
   */
  int readNext(Duration limit) throws InterruptedException {
    return read(limit, true);
  }

  /** Reads from the oldest record again, because the topic was trimmed or created again. */
  void restart() {
    answersFrom = Math.min(answersFrom, log.restart());
  }

  private int read(Duration limit, boolean live) throws InterruptedException {
    ConsumerRecord<String, byte[]> record;
    try {
      record = log.next(limit);
    } catch (ReplyLog.PositionLostException e) {
      LOG.warn("topic {}: was trimmed or created again by another client", topic);
      restart();
      return 0;
    }
    if (record == null) {
      return 0;
    }
    process(record, live);
    return Math.max(0, record.serializedValueSize());
  }

  private void process(ConsumerRecord<String, byte[]> record, boolean live)
      throws InterruptedException {
    Map<String, String> headers = CloudEventHeaders.fromKafka(record.headers());
    try {
      String reply = String.valueOf(headers.get(FeatureHeaders.REPLY));
      switch (reply) {
        case FeatureHeaders.REPLY_BATCH -> batch(record, headers, live);
        case FeatureHeaders.REPLY_REFUSED -> refused(record);
        case FeatureHeaders.REPLY_DATA_SET ->
            LOG.debug("{}/{}: a reply to another request", topic, record.offset());
        default ->
            throw InvalidMessageException.field(
                FeatureHeaders.REPLY,
                headers.get(FeatureHeaders.REPLY),
                "batch, refused or data-set");
      }
    } catch (InvalidMessageException e) {
      counters.malformed.increment();
      LOG.warn("{}/0/{}: {}", topic, record.offset(), e.getMessage());
    }
  }

  private void batch(
      ConsumerRecord<String, byte[]> record, Map<String, String> headers, boolean live)
      throws InterruptedException {
    BatchKey key = FeatureBatchCodec.key(headers);
    if (!key.run().equals(description.run())
        || key.split() != description.split()
        || !key.fingerprint().equals(description.fingerprint())) {
      counters.foreign.increment();
      return;
    }
    BatchPosition position = new BatchPosition(key.epoch(), key.batch());
    List<FeatureBatchPart> parts;
    try {
      parts = take(position, record, headers, live);
    } catch (InvalidMessageException e) {
      queue.unusable(position);
      throw e;
    }
    if (!parts.isEmpty()) {
      decode(position, parts);
    }
  }

  /** All parts of the batch if this part completes it, otherwise none. */
  private List<FeatureBatchPart> take(
      BatchPosition position,
      ConsumerRecord<String, byte[]> record,
      Map<String, String> headers,
      boolean live)
      throws InterruptedException {
    int part = FeatureBatchCodec.part(headers);
    int parts = FeatureBatchCodec.parts(headers);
    InvalidMessageException.require(
        parts >= 1 && part >= 0 && part < parts,
        FeatureHeaders.PART,
        part + " of " + parts,
        "a part below the number of parts, such as 0 of 1");
    InvalidMessageException.require(record.value() != null, "body", null, "a safetensors file");
    log.add(position, part, parts, record.offset());
    if (!live) {
      return List.of();
    }
    FeatureBatchPart body = new FeatureBatchPart(headers, record.value());
    return switch (queue.offer(position, part, parts, body)) {
      case COMPLETE -> {
        traces.part(position, record.headers());
        yield queue.join(position);
      }
      case STORED -> {
        traces.part(position, record.headers());
        yield List.of();
      }
      case UNWANTED -> {
        counters.duplicates.increment();
        yield List.of();
      }
    };
  }

  private void decode(BatchPosition position, List<FeatureBatchPart> parts) {
    FeatureBatch batch = null;
    try {
      batch = FeatureBatchCodec.decode(parts);
    } finally {
      if (batch == null) {
        log.forget(position);
        queue.unusable(position);
        traces.unusable(position);
      } else {
        traces.received(position, parts.size());
        queue.ready(position, batch);
      }
    }
  }

  private void refused(ConsumerRecord<String, byte[]> record) {
    RequestRefused refused = Json.read(record.value(), RequestRefused.class);
    if (!description.fingerprint().equals(refused.fingerprint())) {
      return;
    }
    BatchPosition position = new BatchPosition(refused.epoch(), refused.batch());
    if (record.offset() >= answersFrom) {
      queue.refuse(position, new RequestRefusedException(refused.reason()));
    }
  }
}
