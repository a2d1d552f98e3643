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
import java.util.Map;
import java.util.Optional;

/**
 * Test sets whose batches stay in the run's test topic. Data-prep prepares each batch once per run,
 * for the first checkpoint. Tests of later checkpoints, also after a restart, find the batches in
 * the topic and request only missing ones. The connection and the description of the last run are
 * retained for its next checkpoint, as long as the run reports that its test files are those that
 * were described.
 *
 * <p>Not thread-safe, but {@link #close} may be called by any thread.
 */
public final class CachedTestSets implements TestSets, AutoCloseable {
  private static final String SOURCE = "/evaluator-service";

  private final BrokerConfiguration broker;
  private final int batchesAhead;
  private final FeedSettings settings;
  private final WaitingObserver waiting;
  private final Tracing tracing;
  private Current current;
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
  public TestSet open(RunId run, DataSpecification test, Map<String, String> files)
      throws InterruptedException {
    Current opened = connection(run, test);
    if (opened.description != null && areOthers(files, opened.description.hashes())) {
      opened.description = null;
    }
    if (opened.description == null) {
      opened.description = opened.feed.describe(test, 1);
      waiting.arrived();
    }
    opened.feed.openForRereading(test, opened.description, BatchPosition.START, batchesAhead);
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
    if (current != null && current.run.equals(run)) {
      current.feed.close();
      current = null;
    }
  }

  private synchronized Current connection(RunId run, DataSpecification test) {
    if (closed) {
      throw new FeedClosedException();
    }
    if (current == null || !current.run.equals(run)) {
      if (current != null) {
        current.feed.close();
      }
      current =
          new Current(
              run,
              new BatchFeed(broker, SOURCE, run, Split.TEST, settings, waiting::waiting, tracing));
    }
    if (!test.equals(current.data)) {
      current.data = test;
      current.description = null;
    }
    return current;
  }

  /** Closes the connection, which ends a wait for a batch. */
  @Override
  public synchronized void close() {
    closed = true;
    if (current != null) {
      current.feed.close();
    }
  }

  /** The connection for one run. */
  private static final class Current {
    private final RunId run;
    private final BatchFeed feed;
    private DataSpecification data;
    private DataSetDescription description;

    Current(RunId run, BatchFeed feed) {
      this.run = run;
      this.feed = feed;
    }
  }

  private final class FedTestSet implements TestSet {
    private final Current opened;
    private final DataSetDescription description;

    FedTestSet(Current opened) {
      this.opened = opened;
      this.description = opened.description;
    }

    @Override
    public DataSetDescription description() {
      return description;
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
      if (opened.feed.hasNext()) {
        opened.description = null;
      }
    }
  }
}
