package deepspeech.trainer.service;

import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.checkpoint.CheckpointFile;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.trainer.checkpoint.CheckpointFiles;
import deepspeech.trainer.run.RunEvents;
import deepspeech.trainer.training.RunFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what a run tells. Ids follow from the contents, so what is told again after a crash is
 * known as the same.
 */
final class KafkaRunEvents implements RunEvents {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaRunEvents.class);

  private final EventPublisher publisher;

  KafkaRunEvents(EventPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public void metric(MetricPoint point) {
    String id =
        point.reason() == null
            ? "%s/%s/%d".formatted(point.run(), point.name(), point.step())
            : "%s/%s/%s/%.0f".formatted(point.run(), point.name(), point.reason(), point.value());
    var unused =
        publisher
            .send(point, id)
            .exceptionally(
                failure -> {
                  LOG.warn("metric point {} lost: {}", id, failure.getMessage());
                  return null;
                });
  }

  @Override
  public void checkpoint(CheckpointPublished event) {
    String weights =
        event.files().stream()
            .filter(file -> file.name().equals(CheckpointFiles.MODEL))
            .map(CheckpointFile::sha256)
            .findFirst()
            .orElse("");
    try {
      publisher.publish(event, "%s/%s/%s".formatted(event.run(), event.checkpoint(), weights));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailedException(
          "checkpoint %s: interrupted before its event was published".formatted(event.checkpoint()),
          e);
    }
  }
}
