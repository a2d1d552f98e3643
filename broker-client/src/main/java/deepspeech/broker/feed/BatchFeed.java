package deepspeech.broker.feed;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.CloudEventHeaders;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import deepspeech.operations.logging.LogContext;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature batches of one split of a run, strictly in order. Data-prep sends them through the
 * run's feature topic. The feed requests a bounded number of batches ahead. It reads and decodes on
 * its own thread, in parallel with the use of the batches. A batch that does not arrive is
 * requested again. The feed survives restarts of the broker and deleted topics.
 *
 * <p>Use: {@link #describe}, {@link #open} or {@link #openKept}, then {@link #next} while {@link
 * #hasNext}. Only one thread may call {@link #next}; any thread may call {@link #close}.
 */
public final class BatchFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchFeed.class);

  private static final long TRIM_EVERY_BYTES = 128L * 1024 * 1024;

  private final RunId run;
  private final Split split;
  private final FeedSettings settings;
  private final Consumer<String> waiting;
  private final Tracing tracing;
  private final TopicDefinition topic;
  private final TopicSetup topics;
  private final RequestSender requests;
  private final ReplyLog log;
  private final ReplyIndex index = new ReplyIndex();
  private final FeedCounters counters = new FeedCounters();
  private final ExecutorService thread;
  private final long trimEveryBytes;

  private final Object releasing = new Object();
  private volatile boolean closed;
  private boolean released;
  private FeedSession session;
  private Future<?> running;

  /** Fingerprint of the data set whose batches the index knows. Only the feed's thread uses it. */
  private String indexedFingerprint;

  /**
   * Prepares a feed. It requests nothing yet.
   *
   * @param source {@code ce_source} of the requests, such as {@code /trainer-service}
   * @param waiting receives a line at intervals while the feed waits for something. It is called by
   *     the waiting thread or the feed's own.
   * @param tracing makes the spans of requests and batches
   */
  public BatchFeed(
      BrokerConfiguration configuration,
      String source,
      RunId run,
      Split split,
      FeedSettings settings,
      Consumer<String> waiting,
      Tracing tracing) {
    this(configuration, source, run, split, settings, waiting, tracing, TRIM_EVERY_BYTES);
  }

  BatchFeed(
      BrokerConfiguration configuration,
      String source,
      RunId run,
      Split split,
      FeedSettings settings,
      Consumer<String> waiting,
      Tracing tracing,
      long trimEveryBytes) {
    this.trimEveryBytes = trimEveryBytes;
    this.run = run;
    this.split = split;
    this.settings = settings;
    this.waiting = waiting;
    this.tracing = tracing;
    this.topic = Topics.features(run, split);
    this.topics = new TopicSetup(configuration, Duration.ofSeconds(15));
    this.requests = new RequestSender(configuration, source, topics);
    this.log = new ReplyLog(configuration, topic.name());
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread feed =
                  new Thread(
                      () -> {
                        LogContext context = LogContext.of(run);
                        task.run();
                        context.close();
                      },
                      "batch-feed-" + run + "-" + split);
              feed.setDaemon(true);
              return feed;
            });
  }

  /**
   * Requests the description of the data set from data-prep and waits for it. Creates the feature
   * topic if it is missing. Ends an earlier delivery.
   *
   * @param epochs for how many epochs the description lists the number of batches
   * @throws RequestRefusedException if the data set cannot be used, with data-prep's reason
   * @throws NoAnswerException if no answer comes within the settings' limit
   * @throws BrokerException if the broker refuses or does not answer
   * @throws FeedClosedException if the feed is closed meanwhile
   */
  public DataSetDescription describe(DataSpecification data, int epochs)
      throws InterruptedException {
    endSession();
    FeatureRequest.DataSet request =
        new FeatureRequest.DataSet(
            UUID.randomUUID().toString(), run, split, data, epochs, topic.name());
    Context trace = Context.current();
    return onFeedThread(() -> answerTo(request, trace));
  }

  /**
   * Starts to deliver at a position and requests every batch. Existing records of the topic are
   * ignored. From time to time the feed trims used records from the topic, so that disk use is
   * bounded. Each batch has its own trace, which links to the current one. Ends an earlier
   * delivery.
   *
   * @param data as described
   * @param from first batch to deliver; the position after an epoch's last batch is the start of
   *     the next epoch
   * @param window how many batches are requested and held ahead, from 1
   */
  public void open(
      DataSpecification data, DataSetDescription description, BatchPosition from, int window)
      throws InterruptedException {
    start(data, description, from, window, false);
  }

  /**
   * Starts to deliver at a position. The feed reads batches that the topic already holds and
   * requests only the missing ones. It does not trim the topic. Use it to read the same batches
   * several times. All batches are part of the current trace. Ends an earlier delivery.
   *
   * @param data as described
   * @param from first batch to deliver; the position after an epoch's last batch is the start of
   *     the next epoch
   * @param window how many batches are requested and held ahead, from 1
   */
  public void openKept(
      DataSpecification data, DataSetDescription description, BatchPosition from, int window)
      throws InterruptedException {
    start(data, description, from, window, true);
  }

  /** True if a batch remains to be delivered. */
  public boolean hasNext() {
    return opened().hasNext();
  }

  /**
   * Waits for the next batch. It has no utterances if all of its utterances were skipped.
   *
   * @throws RequestRefusedException if data-prep refused the batch, with its reason
   * @throws BrokerException if the broker refuses
   * @throws FeedClosedException at once if the feed is closed
   * @throws NoSuchElementException after the last batch
   */
  public FeatureBatch next() throws InterruptedException {
    return opened().next();
  }

  /**
   * The trace context of the batch that {@link #next} returned last. Spans of its use take it as
   * their parent. It works on a closed feed too.
   */
  public synchronized Context trace() {
    return session == null ? Context.root() : session.trace();
  }

  /** Number of batches that {@link #next} can deliver at once, without a wait. */
  public int ready() {
    return opened().ready();
  }

  /** Total time that {@link #next} has waited, in nanoseconds. */
  public long waitedNanos() {
    return counters.waitedNanos.sum();
  }

  /** The counts since the feed was created. */
  public FeedStatistics statistics() {
    return counters.snapshot();
  }

  private void trimTo(long offset) {
    var unused =
        topics
            .trim(topic.name(), offset)
            .whenComplete(
                (done, failure) -> {
                  if (failure != null && !closed) {
                    LOG.warn("{}", BrokerException.line(failure));
                  }
                });
  }

  /**
   * Stops at once. A waiting {@link #next} or {@link #describe} throws. The topic stays. A
   * concurrent second call returns when the feed is closed.
   */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (session != null) {
        session.end();
      }
    }
    for (Runnable neverRun : thread.shutdownNow()) {
      if (neverRun instanceof Future<?> waitedFor) {
        waitedFor.cancel(false);
      }
    }
    boolean interrupted = false;
    try {
      if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("feed of {}: still busy 10 s after it was closed", topic.name());
        return;
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    release();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void release() {
    synchronized (releasing) {
      if (!released) {
        released = true;
        log.close();
        requests.close();
        topics.close();
      }
    }
  }

  private synchronized FeedSession opened() {
    if (closed) {
      throw new FeedClosedException();
    }
    if (session == null) {
      throw new IllegalStateException("open the feed first");
    }
    return session;
  }

  private void start(
      DataSpecification data,
      DataSetDescription description,
      BatchPosition from,
      int window,
      boolean kept)
      throws InterruptedException {
    InvalidMessageException.require(
        description.run().equals(run) && description.split() == split,
        "description",
        description.run() + " " + description.split(),
        run + " " + split);
    RequestWindow requested =
        new RequestWindow(
            new BatchSchedule(description.batches()), from, window, settings.batchRetry());
    endSession();
    onFeedThread(
        () -> {
          prepareLog(description.fingerprint(), kept);
          return null;
        });
    synchronized (this) {
      if (closed) {
        throw new FeedClosedException();
      }
      session =
          new FeedSession(
              data,
              description,
              requested,
              kept,
              log,
              index,
              requests,
              settings,
              counters,
              waiting,
              new FeedSession.Trimming(trimEveryBytes, this::trimTo),
              kept
                  ? BatchTraces.within(Context.current(), tracing, run, split)
                  : BatchTraces.linkedTo(Context.current(), tracing, run, split));
      FeedSession begun = session;
      running =
          submit(
              () -> {
                begun.run();
                return null;
              });
    }
  }

  /** Seeks to the offset up to which the index knows the topic, or to the beginning. */
  private void prepareLog(String fingerprint, boolean kept) throws InterruptedException {
    boolean made = requests.prepare(topic);
    boolean known = kept && fingerprint.equals(indexedFingerprint) && !made;
    if (!known || index.scannedTo() > log.end()) {
      index.restart(log.beginning());
    }
    // A delivery that starts at the end leaves a gap in the index before it. The next delivery that
    // uses existing batches has to scan the topic again.
    indexedFingerprint = kept ? fingerprint : null;
    log.seek(index.scannedTo());
  }

  private DataSetDescription answerTo(FeatureRequest.DataSet request, Context trace)
      throws InterruptedException {
    requests.prepare(topic);
    log.seek(log.end());
    long began = System.nanoTime();
    long told = began;
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
        requests.send(request, request.requestId().hashCode(), attempt, span(request, trace));
        due = now + settings.dataSetRetry().nanos(attempt);
      }
      if (now - told >= settings.waitingInterval().toNanos()) {
        told = now;
        waiting.accept(
            "waiting for data-prep: no answer about %s for %d s, asked %d times"
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

  private Span span(FeatureRequest.DataSet request, Context trace) {
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
      LOG.warn("topic {}: trimmed or made anew by somebody else", topic.name());
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

  /** A task submitted to the feed's thread after this runs when the session has left the thread. */
  private synchronized void endSession() {
    if (session != null) {
      session.end();
      running.cancel(true);
      session = null;
    }
  }

  private <V> V onFeedThread(Callable<V> task) throws InterruptedException {
    Future<V> result = submit(task);
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      throw e;
    } catch (CancellationException e) {
      throw closedDuring(e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof InterruptedException || cause instanceof InterruptException) {
        throw closedDuring(e);
      }
      throw cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
    }
  }

  private <V> Future<V> submit(Callable<V> task) {
    try {
      return thread.submit(task);
    } catch (RejectedExecutionException e) {
      throw closedDuring(e);
    }
  }

  private static FeedClosedException closedDuring(Exception e) {
    FeedClosedException closed = new FeedClosedException();
    closed.addSuppressed(e);
    return closed;
  }
}
