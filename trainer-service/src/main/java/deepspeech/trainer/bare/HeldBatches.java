package deepspeech.trainer.bare;

import deepspeech.acoustic.model.RaggedBatch;
import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.feed.BatchFeed;
import deepspeech.broker.feed.BatchPosition;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.feed.Prefetch;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * All training batches of a configuration, in memory.
 *
 * @param batches in the order of training, without those whose utterances were all skipped
 */
record HeldBatches(DataSetDescription description, List<Held> batches) {
  private static final String SOURCE = "/bare-step";
  private static final int WINDOW = 16;

  /** At most this part of the heap, because a copy of a batch is made at a time. */
  private static final int HEAP_SHARE = 2;

  private static final long MEGABYTE = 1_000_000;

  /**
   * A batch and its place.
   *
   * @param epoch from 1
   * @param batch from 0
   */
  record Held(int epoch, int batch, RaggedBatch features) {
    /**
     * Returns the step that the batch belongs to.
     *
     * @param size number of batches of a step
     */
    StepPlace step(int size) {
      return new StepPlace(epoch, batch / size);
    }
  }

  /**
   * The place of a step.
   *
   * @param epoch from 1
   * @param number in the epoch, from 0
   */
  record StepPlace(int epoch, int number) {}

  /**
   * Requests them from data-prep under the name of a run, and deletes them from the broker.
   *
   * @param waiting receives a line at intervals while data-prep does not answer
   * @throws InvalidMessageException if they do not fit into memory
   */
  static HeldBatches fetch(
      BrokerConfiguration broker,
      RunId run,
      DataSpecification data,
      int epochs,
      Consumer<String> waiting)
      throws InterruptedException {
    try (BatchFeed feed =
        new BatchFeed(
            broker, SOURCE, run, Split.TRAIN, FeedSettings.defaults(), waiting, Tracing.off())) {
      DataSetDescription description = feed.describe(data, epochs);
      feed.open(data, description, new BatchPosition(1, 0), Prefetch.fixed(WINDOW));
      long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
      List<Held> held = new ArrayList<>();
      while (feed.hasNext()) {
        FeatureBatch next = feed.next();
        if (next.size() == 0) {
          continue;
        }
        RaggedBatch features = RaggedBatch.of(next);
        room -= features.features().data().remaining();
        requireRoom(room, epochs);
        held.add(new Held(next.key().epoch(), next.key().batch(), features));
      }
      return new HeldBatches(description, List.copyOf(held));
    } finally {
      discard(broker, run);
    }
  }

  private static void requireRoom(long left, int epochs) {
    InvalidMessageException.require(
        left >= 0,
        "num_epoch",
        epochs,
        "as many as have features of %d MB, half of this JVM's heap; take a smaller data set, or give DEEPSPEECH_JAVA_OPTIONS a larger -Xmx"
            .formatted(Runtime.getRuntime().maxMemory() / HEAP_SHARE / MEGABYTE));
  }

  private static void discard(BrokerConfiguration broker, RunId run) throws InterruptedException {
    try (TopicSetup topics = new TopicSetup(broker)) {
      topics.deleteFeatures(run, Split.TRAIN);
    }
  }
}
