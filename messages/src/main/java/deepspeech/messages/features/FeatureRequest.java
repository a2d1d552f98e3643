package deepspeech.messages.features;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.messages.topic.Topics;

/**
 * A request from a trainer or evaluator to data-prep, on {@code deepspeech.batch-requests}. It
 * contains everything that determines the answer, so any replica can answer it. The answer goes to
 * the reply topic.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "request")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FeatureRequest.Description.class, name = "data-set"),
  @JsonSubTypes.Type(value = FeatureRequest.Batch.class, name = "batch")
})
public sealed interface FeatureRequest {
  RunId run();

  Split split();

  DataSpecification data();

  String replyTopic();

  /** Its {@code ce_type}. */
  @JsonIgnore
  String eventType();

  /**
   * Requests a {@link DataSetDescription}.
   *
   * @param requestId repeated in the answer
   * @param epochs for how many epochs the description lists the number of batches
   */
  record Description(
      String requestId,
      RunId run,
      Split split,
      DataSpecification data,
      int epochs,
      String replyTopic)
      implements FeatureRequest {
    public Description {
      requireCommon(run, split, data, replyTopic);
      InvalidMessageException.require(requestId != null, "request_id", null, "a unique text");
      InvalidMessageException.require(epochs >= 1, "epochs", epochs, "a whole number from 1");
    }

    @Override
    public String eventType() {
      return EventTypes.DATA_SET_REQUEST;
    }
  }

  /**
   * Requests one feature batch.
   *
   * @param fingerprint of the data set, from its description
   * @param epoch from 1
   * @param batch from 0, below the number of batches of the epoch
   */
  record Batch(
      RunId run,
      Split split,
      DataSpecification data,
      String fingerprint,
      int epoch,
      int batch,
      String replyTopic)
      implements FeatureRequest {
    public Batch {
      requireCommon(run, split, data, replyTopic);
      InvalidMessageException.require(fingerprint != null, "fingerprint", null, "a SHA-256");
      InvalidMessageException.require(epoch >= 1, "epoch", epoch, "a whole number from 1");
      InvalidMessageException.require(batch >= 0, "batch", batch, "a whole number from 0");
    }

    @Override
    public String eventType() {
      return EventTypes.BATCH_REQUEST;
    }
  }

  private static void requireCommon(
      RunId run, Split split, DataSpecification data, String replyTopic) {
    InvalidMessageException.require(run != null, "run", null, "the name of a run");
    InvalidMessageException.require(split != null, "split", null, "train or test");
    InvalidMessageException.require(data != null, "data", null, "a data specification");
    InvalidMessageException.require(
        replyTopic != null
            && Topics.shared().stream().noneMatch(topic -> replyTopic.endsWith(topic.name())),
        "reply_topic",
        replyTopic,
        "a topic for feature batches");
  }
}
