package deepspeech.broker.feed;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.TopicDefinition;
import deepspeech.messages.topic.Topics;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The feature batches of one split of a run, strictly in order. Data-prep sends them through the
 * run's feature topic. The feed requests a bounded number of batches ahead. It reads and decodes on
 * its own thread, in parallel with the use of the batches. A batch that does not arrive is
 * requested again. The feed survives restarts of the broker and deleted topics.
 *
 * <p>Use: {@link #describe}, {@link #open} or {@link #openForRereading}, then {@link #next} while
 * {@link #hasNext}. Only one thread may call {@link #next}; any thread may call {@link #close}.
 */
public final class BatchFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchFeed.class);

  private static final long TRIM_EVERY_BYTES = 128L * 1024 * 1024;
  private static final Duration CLOSING_LIMIT = Duration.ofSeconds(10);

  private final RunId run;
  private final Split split;
  private final FeedSettings settings;
  private final Consumer<String> waiting;
  private final Tracing tracing;
  private final TopicDefinition topic;
  private final TopicSetup topics;
  private final RequestSender sender;
  private final ReplyLog log;
  private final IndexedReplyLog indexedLog;
  private final DataSetInquiry inquiry;
  private final FeedCounters counters = new FeedCounters();
  private final FeedThread thread;
  private final long trimEveryBytes;

  private final Object releasing = new Object();
  private volatile boolean closed;
  private boolean released;
  private BatchQueue queue;
  private Future<?> session;

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
    this.topic = configuration.layout().featureTopic(Topics.features(run, split));
    this.topics = new TopicSetup(configuration, Duration.ofSeconds(15));
    this.sender = new RequestSender(configuration, source, topics);
    this.log = new ReplyLog(configuration, topic.name());
    this.indexedLog = new IndexedReplyLog(log);
    this.inquiry = new DataSetInquiry(topic, sender, log, settings, counters, waiting, tracing);
    this.thread = new FeedThread("batch-feed-" + run + "-" + split, run);
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
    FeatureRequest.Description request =
        new FeatureRequest.Description(
            UUID.randomUUID().toString(), run, split, data, epochs, topic.name());
    Context trace = Context.current();
    return thread.call(() -> inquiry.answerTo(request, trace));
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
   * @param prefetch how many batches are requested and held ahead
   */
  public void open(
      DataSpecification data, DataSetDescription description, BatchPosition from, Prefetch prefetch)
      throws InterruptedException {
    start(data, description, new BatchSchedule(description.batches()), from, prefetch, false);
  }

  /**
   * Starts to deliver some of the batches. The feed reads batches that the topic already holds and
   * requests only the missing ones. It does not trim the topic. Use it to read the same batches
   * several times. All batches are part of the current trace. Ends an earlier delivery.
   *
   * @param data as described
   * @param from first batch to deliver
   * @param end position after the last batch to deliver
   * @param window how many batches are requested and held ahead, from 1
   */
  public void openForRereading(
      DataSpecification data,
      DataSetDescription description,
      BatchPosition from,
      BatchPosition end,
      int window)
      throws InterruptedException {
    BatchSchedule schedule = new BatchSchedule(description.batches()).before(end);
    start(data, description, schedule, from, Prefetch.fixed(window), true);
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

  /** Returns the batch that {@link #next} will return, if it has arrived. Does not wait. */
  public Optional<FeatureBatch> peek() {
    return opened().peek();
  }

  /**
   * The trace context of the batch that {@link #next} returned last. Spans of its use take it as
   * their parent. It works on a closed feed too.
   */
  public synchronized Context trace() {
    return queue == null ? Context.root() : queue.trace();
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

  /**
   * Stops at once. A waiting {@link #next} or {@link #describe} throws. The topic stays. A
   * concurrent second call returns when the feed is closed.
   */
  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      if (queue != null) {
        queue.end();
      }
    }
    thread.stop();
    boolean interrupted = false;
    try {
      if (!thread.awaitIdle(CLOSING_LIMIT)) {
        LOG.warn(
            "feed of {}: its thread still runs {} s after the feed was closed",
            topic.name(),
            CLOSING_LIMIT.toSeconds());
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
        sender.close();
        topics.close();
      }
    }
  }

  private synchronized BatchQueue opened() {
    if (closed) {
      throw new FeedClosedException();
    }
    if (queue == null) {
      throw new IllegalStateException("the feed is not open: call open or openForRereading first");
    }
    return queue;
  }

  private void start(
      DataSpecification data,
      DataSetDescription description,
      BatchSchedule schedule,
      BatchPosition from,
      Prefetch prefetch,
      boolean reuse)
      throws InterruptedException {
    InvalidMessageException.require(
        description.run().equals(run) && description.split() == split,
        "description",
        description.run() + " " + description.split(),
        run + " " + split);
    RequestWindow requested = new RequestWindow(schedule, from, prefetch, settings.batchRetry());
    endSession();
    thread.call(
        () -> {
          boolean created = sender.prepare(topic);
          indexedLog.prepare(description.fingerprint(), reuse, created);
          return null;
        });
    BatchTraces traces =
        reuse
            ? BatchTraces.within(Context.current(), tracing, run, split)
            : BatchTraces.linkedTo(Context.current(), tracing, run, split);
    synchronized (this) {
      if (closed) {
        throw new FeedClosedException();
      }
      queue = new BatchQueue(requested, traces, counters, settings.waitingInterval(), waiting);
      session = thread.start(session(data, description, queue, traces, reuse));
    }
  }

  private FeedSession session(
      DataSpecification data,
      DataSetDescription description,
      BatchQueue filled,
      BatchTraces traces,
      boolean reuse) {
    BatchReplies replies =
        new BatchReplies(topic.name(), description, indexedLog, filled, traces, counters);
    return new FeedSession(
        topic.name(),
        reuse,
        filled,
        new BatchRequests(data, description, topic, sender, indexedLog, replies, traces, counters),
        replies,
        indexedLog,
        new TopicTrimmer(topics, topic.name(), trimEveryBytes, () -> closed));
  }

  /** A task submitted to the feed's thread after this runs when the session has left the thread. */
  private synchronized void endSession() {
    if (queue != null) {
      queue.end();
      session.cancel(true);
      queue = null;
    }
  }
}
