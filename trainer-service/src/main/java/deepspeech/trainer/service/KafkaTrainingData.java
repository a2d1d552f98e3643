package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.feed.BatchFeed;
import deepspeech.broker.feed.BatchPosition;
import deepspeech.broker.feed.FeedClosedException;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.feed.NoAnswerException;
import deepspeech.broker.feed.RequestRefusedException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.trainer.run.DataRefusedException;
import deepspeech.trainer.run.TrainingData;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.RunStoppedException;
import deepspeech.trainer.training.StopSignal;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.function.Consumer;

/** Training data that data-prep publishes to Kafka. */
final class KafkaTrainingData implements TrainingData {
  private static final String SOURCE = "/trainer-service";

  private final BrokerConfiguration broker;
  private final RunId run;
  private final TrainingPrefetch prefetch;
  private final BrokerRetry patience;
  private final StopSignal stop;
  private final Consumer<String> waiting;
  private final Tracing tracing;
  private final BatchFeed feed;
  private DataSpecification training;

  /** A call that waits for data-prep or the broker. */
  @FunctionalInterface
  private interface Wait<T> {
    T end() throws InterruptedException;
  }

  /**
   * Prepares the feed of a run.
   *
   * @param prefetch how many batches to request ahead of training
   * @param patience retries while the broker is unavailable and the batches are to be deleted
   * @param stop ends waits when it is raised
   * @param waiting receives a line that says what is waited for
   * @param tracing creates the spans of requests and batches
   */
  KafkaTrainingData(
      BrokerConfiguration broker,
      RunId run,
      TrainingPrefetch prefetch,
      BrokerRetry patience,
      StopSignal stop,
      Consumer<String> waiting,
      Tracing tracing) {
    this.broker = broker;
    this.run = run;
    this.prefetch = prefetch;
    this.patience = patience;
    this.stop = stop;
    this.waiting = waiting;
    this.tracing = tracing;
    this.feed = feed(Split.TRAIN);
    stop.onRaise(feed::close);
  }

  private BatchFeed feed(Split split) {
    return new BatchFeed(broker, SOURCE, run, split, FeedSettings.defaults(), waiting, tracing);
  }

  @Override
  public DataSetDescription describe(Split split, DataSpecification data, int epochs)
      throws InterruptedException {
    try {
      if (split == Split.TRAIN) {
        training = data;
        return unlessStopped(() -> feed.describe(data, epochs));
      }
      try (BatchFeed other = feed(split)) {
        stop.onRaise(other::close);
        return unlessStopped(() -> other.describe(data, epochs));
      }
    } catch (RequestRefusedException e) {
      discard(split);
      throw new DataRefusedException(e.getMessage(), e);
    } catch (NoAnswerException e) {
      throw new RunFailedException(e.getMessage(), e);
    }
  }

  @Override
  public void begin(DataSetDescription description, int epoch, int batch)
      throws InterruptedException {
    unlessStopped(
        () -> {
          feed.open(
              training,
              description,
              new BatchPosition(epoch, batch),
              prefetch.of(description.largestBatch()));
          return null;
        });
  }

  /**
   * Waits, unless the stop signal is raised. The signal closes the feeds, at whatever stage they
   * are. An exception that follows from that is not a failure. A refusal by data-prep is a failure
   * at any time.
   *
   * @throws RunStoppedException if the signal is raised before or during the wait
   */
  private <T> T unlessStopped(Wait<T> wait) throws InterruptedException {
    stop.requireNotRaised();
    try {
      return wait.end();
    } catch (RequestRefusedException e) {
      throw e;
    } catch (RuntimeException e) {
      StopSignal.Reason reason = stop.reason();
      throw reason == null ? e : new RunStoppedException(reason, e);
    }
  }

  @Override
  public FeatureBatch next() throws InterruptedException {
    try {
      return unlessStopped(feed::next);
    } catch (RunStoppedException e) {
      return null;
    } catch (RequestRefusedException e) {
      throw new RunFailedException(e.getMessage(), e);
    }
  }

  @Override
  public Optional<FeatureBatch> peek() {
    try {
      return feed.peek();
    } catch (FeedClosedException e) {
      return Optional.empty();
    }
  }

  @Override
  public Context trace() {
    return feed.trace();
  }

  @Override
  public int ready() {
    try {
      return feed.ready();
    } catch (FeedClosedException e) {
      return 0;
    }
  }

  @Override
  public void discard() throws InterruptedException {
    discard(Split.TRAIN);
  }

  /** Waits while the broker is unavailable, because the end of the run is committed after this. */
  private void discard(Split split) throws InterruptedException {
    try (TopicSetup topics = new TopicSetup(broker)) {
      patience.await(
          () -> {
            topics.deleteFeatures(run, split);
            return null;
          });
    }
  }

  @Override
  public void close() {
    feed.close();
  }
}
