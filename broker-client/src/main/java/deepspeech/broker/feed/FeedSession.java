package deepspeech.broker.feed;

import deepspeech.broker.BrokerException;
import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of batches from one position. The feed's thread calls {@link #run}, which reads,
 * decodes and requests. Any other thread may call the rest.
 */
final class FeedSession implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedSession.class);
  private static final long LONGEST_POLL = TimeUnit.MILLISECONDS.toNanos(100);

  private final DataSpecification data;
  private final DataSetDescription description;
  private final boolean kept;
  private final ReplyLog log;
  private final ReplyIndex index;
  private final RequestSender requests;
  private final FeedSettings settings;
  private final FeedCounters counters;
  private final Consumer<String> waiting;
  private final Trimming trimming;
  private final BatchTraces traces;
  private final TopicDefinition topic;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final RequestWindow window;
  private RuntimeException failure;
  private boolean ended;

  private long bytesSinceTrim;

  /** Replies from this offset on answer this session's requests. */
  private long answersFrom;

  /**
   * Prepares a delivery.
   *
   * @param kept true to use existing batches of the topic before requesting, and to trim nothing
   */
  FeedSession(
      DataSpecification data,
      DataSetDescription description,
      RequestWindow window,
      boolean kept,
      ReplyLog log,
      ReplyIndex index,
      RequestSender requests,
      FeedSettings settings,
      FeedCounters counters,
      Consumer<String> waiting,
      Trimming trimming,
      BatchTraces traces) {
    this.data = data;
    this.description = description;
    this.window = window;
    this.kept = kept;
    this.log = log;
    this.index = index;
    this.requests = requests;
    this.settings = settings;
    this.counters = counters;
    this.waiting = waiting;
    this.trimming = trimming;
    this.traces = traces;
    this.topic = Topics.features(description.run(), description.split());
  }

  boolean hasNext() {
    lock.lock();
    try {
      return window.head().isPresent();
    } finally {
      lock.unlock();
    }
  }

  int ready() {
    lock.lock();
    try {
      return window.ready();
    } finally {
      lock.unlock();
    }
  }

  FeatureBatch next() throws InterruptedException {
    long began = System.nanoTime();
    long told = began;
    Instant since = Instant.now();
    try {
      while (true) {
        String line;
        lock.lockInterruptibly();
        try {
          Optional<BatchPosition> position = window.head();
          Optional<FeatureBatch> batch = takeOrFail();
          if (batch.isPresent()) {
            traces.delivered(position.orElseThrow(), since);
            counters.batches.increment();
            changed.signalAll();
            return batch.get();
          }
          long tellAt = told + settings.waitingInterval().toNanos();
          long left = tellAt - System.nanoTime();
          if (left > 0) {
            left = changed.awaitNanos(left);
          }
          if (left > 0) {
            continue;
          }
          told = System.nanoTime();
          line =
              "waiting for data-prep: %s has not come for %d s, asked %d times"
                  .formatted(
                      window.head().orElseThrow(),
                      TimeUnit.NANOSECONDS.toSeconds(told - began),
                      window.attemptsAtHead());
        } finally {
          lock.unlock();
        }
        waiting.accept(line);
      }
    } finally {
      counters.waitedNanos.add(System.nanoTime() - began);
    }
  }

  /** The trace context of the batch delivered last. */
  Context trace() {
    return traces.ofLastDelivered();
  }

  /** Ends a waiting {@link #next}. The caller also interrupts the feed's thread. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The offset below which no record is needed for the remaining batches. */
  private long trimOffset() {
    lock.lock();
    try {
      BatchPosition position = window.head().orElse(new BatchPosition(Integer.MAX_VALUE, 0));
      index.forgetBefore(position);
      OptionalLong lowest = index.lowestFrom(position);
      return Math.min(log.position(), lowest.orElse(Long.MAX_VALUE));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try {
      long end = log.end();
      lock.lock();
      try {
        answersFrom = end;
      } finally {
        lock.unlock();
      }
      if (kept) {
        scan(end);
      } else {
        log.seek(end);
      }
      while (wanted()) {
        step();
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("feed of {} ended", topic.name());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private Optional<FeatureBatch> takeOrFail() {
    if (ended) {
      throw new FeedClosedException();
    }
    if (window.head().isEmpty()) {
      throw new NoSuchElementException("all batches are delivered");
    }
    Optional<FeatureBatch> batch = window.take();
    if (batch.isEmpty() && failure != null) {
      throw failure;
    }
    return batch;
  }

  /** Indexes the records of the topic. The batches themselves are read when they are due. */
  private void scan(long end) throws InterruptedException {
    while (!log.reached(end) && wanted()) {
      Optional<ConsumerRecord<String, byte[]>> record = read(LONGEST_POLL);
      if (record.isPresent()) {
        process(record.get(), false);
      }
    }
  }

  private boolean wanted() {
    lock.lock();
    try {
      return !ended && failure == null && window.head().isPresent();
    } finally {
      lock.unlock();
    }
  }

  private void step() throws InterruptedException {
    List<RequestWindow.Ask> asks;
    long now = System.nanoTime();
    lock.lockInterruptibly();
    try {
      asks = window.due(now);
    } finally {
      lock.unlock();
    }
    if (!asks.isEmpty()) {
      ask(asks);
    }
    long poll;
    lock.lockInterruptibly();
    try {
      if (window.idle()) {
        // All requested batches are ready. Nothing more is read until the window has room, so that
        // memory stays bounded.
        while (!ended && window.head().isPresent() && untilDue() > 0) {
          changed.await();
        }
        return;
      }
      poll = untilDue();
    } finally {
      lock.unlock();
    }
    Optional<ConsumerRecord<String, byte[]>> record = read(poll);
    if (record.isPresent()) {
      process(record.get(), true);
      bytesSinceTrim += Math.max(0, record.get().serializedValueSize());
      if (!kept && bytesSinceTrim >= trimming.everyBytes()) {
        bytesSinceTrim = 0;
        trimming.to().accept(trimOffset());
      }
    }
  }

  /**
   * Trims used records to free the disk.
   *
   * @param everyBytes how many bytes of records are read between two trims
   * @param to trims the topic below an offset without blocking
   */
  record Trimming(long everyBytes, LongConsumer to) {}

  private long untilDue() {
    return window.untilDue(System.nanoTime(), LONGEST_POLL);
  }

  private void ask(List<RequestWindow.Ask> asks) throws InterruptedException {
    if (asks.stream().anyMatch(ask -> ask.attempt() > 1)) {
      makeSureOfTopics();
    }
    long rewind = Long.MAX_VALUE;
    for (RequestWindow.Ask ask : asks) {
      OptionalLong known = known(ask);
      if (known.isPresent()) {
        rewind = Math.min(rewind, known.getAsLong());
        continue;
      }
      if (ask.attempt() > 1) {
        counters.askedAgain.increment();
      }
      BatchPosition position = ask.position();
      requests.send(
          new FeatureRequest.Batch(
              description.run(),
              description.split(),
              data,
              description.fingerprint(),
              position.epoch(),
              position.batch(),
              topic.name()),
          position.batch(),
          ask.attempt(),
          traces.request(position, ask.attempt()));
    }
    if (rewind < log.position()) {
      log.seek(rewind);
    }
  }

  /**
   * The offset of a complete batch in the topic; empty if the index has none. A retry first removes
   * the batch from the index, because reading it there has failed, so that it is requested again.
   */
  private OptionalLong known(RequestWindow.Ask ask) {
    lock.lock();
    try {
      if (ask.attempt() > 1) {
        index.forget(ask.position());
      }
      return index.complete(ask.position());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Creates missing topics. A topic may have been deleted, or lost with its broker, since the
   * batches were first requested.
   */
  private void makeSureOfTopics() throws InterruptedException {
    try {
      if (requests.prepare(topic)) {
        LOG.warn("topic {}: was gone, made anew", topic.name());
        positionLost();
      }
    } catch (BrokerException e) {
      if (e.denied()) {
        throw e;
      }
      LOG.warn("{}", e.getMessage());
    }
  }

  private Optional<ConsumerRecord<String, byte[]>> read(long nanos) {
    try {
      return Optional.ofNullable(log.next(Duration.ofNanos(nanos)));
    } catch (ReplyLog.PositionLostException e) {
      LOG.warn("topic {}: trimmed or made anew by somebody else", topic.name());
      positionLost();
      return Optional.empty();
    }
  }

  private void positionLost() {
    long beginning = log.beginning();
    lock.lock();
    try {
      index.restart(beginning);
      answersFrom = Math.min(answersFrom, beginning);
      log.seek(beginning);
    } finally {
      lock.unlock();
    }
  }

  private void process(ConsumerRecord<String, byte[]> record, boolean live)
      throws InterruptedException {
    index.scanned(record.offset());
    Map<String, String> headers = CloudEventHeaders.fromKafka(record.headers());
    try {
      String reply = String.valueOf(headers.get(FeatureHeaders.REPLY));
      switch (reply) {
        case FeatureHeaders.REPLY_BATCH -> batch(record, headers, live);
        case FeatureHeaders.REPLY_REFUSED -> refused(record);
        case FeatureHeaders.REPLY_DATA_SET ->
            LOG.debug("{}/{}: an answer to another request", topic.name(), record.offset());
        default ->
            throw InvalidMessageException.field(
                FeatureHeaders.REPLY,
                headers.get(FeatureHeaders.REPLY),
                "batch, refused or data-set");
      }
    } catch (InvalidMessageException e) {
      counters.malformed.increment();
      LOG.warn("{}/0/{}: {}", topic.name(), record.offset(), e.getMessage());
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
    BatchPosition position = position(key);
    List<FeatureBatchPart> parts;
    lock.lockInterruptibly();
    try {
      parts = take(position, record, headers, live);
    } catch (InvalidMessageException e) {
      window.unusable(position, System.nanoTime());
      throw e;
    } finally {
      lock.unlock();
    }
    if (parts.isEmpty()) {
      return;
    }
    FeatureBatch batch = null;
    try {
      batch = FeatureBatchCodec.decode(parts);
    } finally {
      lock.lock();
      try {
        if (batch == null) {
          index.forget(position);
          window.unusable(position, System.nanoTime());
          traces.unusable(position);
        } else {
          traces.received(position, parts.size());
          window.ready(position, batch);
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** All parts of the batch if this part completes it, otherwise none. */
  private List<FeatureBatchPart> take(
      BatchPosition position,
      ConsumerRecord<String, byte[]> record,
      Map<String, String> headers,
      boolean live) {
    int part = FeatureBatchCodec.part(headers);
    int parts = FeatureBatchCodec.parts(headers);
    InvalidMessageException.require(
        parts >= 1 && part >= 0 && part < parts,
        FeatureHeaders.PART,
        part + " of " + parts,
        "0 of 1 and the like");
    InvalidMessageException.require(record.value() != null, "body", null, "a safetensors file");
    index.add(position, part, parts, record.offset());
    if (!live) {
      return List.of();
    }
    FeatureBatchPart body = new FeatureBatchPart(headers, record.value());
    return switch (window.offer(position, part, parts, body, System.nanoTime())) {
      case COMPLETE -> {
        traces.part(position, record.headers());
        yield window.join(position);
      }
      case KEPT -> {
        traces.part(position, record.headers());
        yield List.of();
      }
      case UNWANTED -> {
        counters.duplicates.increment();
        yield List.of();
      }
    };
  }

  private void refused(ConsumerRecord<String, byte[]> record) {
    RequestRefused refused = Json.read(record.value(), RequestRefused.class);
    if (!description.fingerprint().equals(refused.fingerprint())) {
      return;
    }
    BatchPosition position = new BatchPosition(refused.epoch(), refused.batch());
    lock.lock();
    try {
      if (record.offset() >= answersFrom && window.awaits(position)) {
        failure = new RequestRefusedException(refused.reason());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void fail(RuntimeException cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static BatchPosition position(BatchKey key) {
    return new BatchPosition(key.epoch(), key.batch());
  }
}
