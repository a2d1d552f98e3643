package deepspeech.evaluator.testset;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.feed.BatchFeed;
import deepspeech.broker.feed.BatchPosition;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Test sets whose batches stay in the run's test topic. Data-prep prepares each batch once per run,
 * for the first checkpoint. Tests of later checkpoints, also after a restart, find the batches in
 * the topic and request only missing ones. The connections and the descriptions of the last runs
 * are retained for their next checkpoints, as long as a run reports that its test files are those
 * that were described.
 *
 * <p>Not thread-safe, but {@link #close} may be called by any thread.
 */
public final class CachedTestSets implements TestSets, AutoCloseable {
  private static final String SOURCE = "/evaluator-service";

  /** A connection knows where the topic has each batch, so several runs can take turns. */
  private static final int MOST_CONNECTIONS = 4;

  private final BrokerConfiguration broker;
  private final int batchesAhead;
  private final FeedSettings settings;
  private final WaitingObserver waiting;
  private final Tracing tracing;
  private final Map<RunId, Connection> connections =
      new LinkedHashMap<>(MOST_CONNECTIONS, 0.75f, true);
  private boolean closed;

  /**
   * Creates test sets without a connection.
   *
   * @param batchesAhead number of batches requested ahead, from 1
   * @param waiting receives what is waited for
   * @param tracing records batches in the current trace
   */
  public CachedTestSets(
      BrokerConfiguration broker,
      int batchesAhead,
      FeedSettings settings,
      WaitingObserver waiting,
      Tracing tracing) {
    this.broker = broker;
    this.batchesAhead = batchesAhead;
    this.settings = settings;
    this.waiting = waiting;
    this.tracing = tracing;
  }

  @Override
  public TestSet open(RunId run, DataSpecification test, Map<String, String> files, boolean again)
      throws InterruptedException {
    Connection opened = connection(run, test);
    if (opened.description != null && (again || areOthers(files, opened.description.hashes()))) {
      opened.description = null;
    }
    if (opened.description == null) {
      opened.description = opened.feed.describe(test, 1);
      waiting.arrived();
    }
    return new FedTestSet(opened);
  }

  private static boolean areOthers(Map<String, String> files, Map<String, String> described) {
    return files.entrySet().stream()
        .anyMatch(
            file ->
                !file.getValue().equals(described.getOrDefault(file.getKey(), file.getValue())));
  }

  /** Closes the connection to a run that has ended and whose test topic is deleted. */
  public synchronized void ended(RunId run) {
    Connection ended = connections.remove(run);
    if (ended != null) {
      ended.feed.close();
    }
  }

  private synchronized Connection connection(RunId run, DataSpecification test) {
    if (closed) {
      throw new FeedClosedException();
    }
    Connection found = connections.get(run);
    if (found == null) {
      closeOldest();
      found =
          new Connection(
              new BatchFeed(broker, SOURCE, run, Split.TEST, settings, waiting::waiting, tracing));
      connections.put(run, found);
    }
    if (!test.equals(found.data)) {
      found.data = test;
      found.description = null;
    }
    return found;
  }

  private void closeOldest() {
    if (connections.size() >= MOST_CONNECTIONS) {
      Iterator<Connection> oldestFirst = connections.values().iterator();
      oldestFirst.next().feed.close();
      oldestFirst.remove();
    }
  }

  /** Closes the connections, which ends a wait for a batch. */
  @Override
  public synchronized void close() {
    closed = true;
    connections.values().forEach(connection -> connection.feed.close());
  }

  /** The connection for one run. */
  private static final class Connection {
    private final BatchFeed feed;
    private DataSpecification data;
    private DataSetDescription description;

    Connection(BatchFeed feed) {
      this.feed = feed;
    }
  }

  private final class FedTestSet implements TestSet {
    private final Connection opened;
    private final DataSetDescription description;
    private boolean reading;

    FedTestSet(Connection opened) {
      this.opened = opened;
      this.description = opened.description;
    }

    @Override
    public DataSetDescription description() {
      return description;
    }

    @Override
    public void select(int from, int end) throws InterruptedException {
      opened.feed.openForRereading(
          opened.data,
          description,
          new BatchPosition(1, from),
          new BatchPosition(1, end),
          batchesAhead);
      reading = true;
    }

    @Override
    public Optional<FeatureBatch> next() throws InterruptedException {
      if (!opened.feed.hasNext()) {
        return Optional.empty();
      }
      FeatureBatch batch = opened.feed.next();
      waiting.arrived();
      return Optional.of(batch);
    }

    /** After a failure the data set is described again, because it may have changed. */
    @Override
    public void close() {
      if (reading && opened.feed.hasNext()) {
        opened.description = null;
      }
    }
  }
}
