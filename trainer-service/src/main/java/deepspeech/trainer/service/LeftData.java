package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.topics.TopicSetup;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The training data of runs that have left their trainers: batches that were requested ahead. They
 * stay in the broker for the next trainer, and nobody else deletes them if a run is stopped before
 * it gets one.
 */
final class LeftData {
  private static final Logger LOG = LoggerFactory.getLogger(LeftData.class);

  private final BrokerConfiguration broker;

  LeftData(BrokerConfiguration broker) {
    this.broker = broker;
  }

  /** Deletes the training data of a run that has ended. A failure is logged in one line. */
  void discard(RunId run) {
    try (TopicSetup topics = new TopicSetup(broker)) {
      topics.deleteFeatures(run, Split.TRAIN);
    } catch (BrokerException e) {
      LOG.warn("the training data of run {} are not deleted: {}", run, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LOG.warn("the training data of run {} are not deleted: interrupted", run);
    }
  }
}
