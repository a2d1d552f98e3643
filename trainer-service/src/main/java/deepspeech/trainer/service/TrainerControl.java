package deepspeech.trainer.service;

import deepspeech.broker.events.EventPublisher;
import deepspeech.checkpoint.CheckpointNotFoundException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.trainer.checkpoint.CheckpointAnnouncement;
import deepspeech.trainer.command.CommandHandler;
import deepspeech.trainer.command.InvalidCommandException;
import deepspeech.trainer.run.RunRegistry;
import deepspeech.trainer.run.RunWorker;
import java.time.Clock;
import java.util.List;

/** Carries out the operations that the command handler needs from the trainer. */
final class TrainerControl implements CommandHandler.RunControl {
  private final RunWorker worker;
  private final RunRegistry registry;
  private final CheckpointStore store;
  private final EventPublisher publisher;
  private final LeftData leftData;
  private final Clock clock;

  TrainerControl(
      RunWorker worker,
      RunRegistry registry,
      CheckpointStore store,
      EventPublisher publisher,
      LeftData leftData,
      Clock clock) {
    this.worker = worker;
    this.registry = registry;
    this.store = store;
    this.publisher = publisher;
    this.leftData = leftData;
    this.clock = clock;
  }

  @Override
  public void enqueue(RunId run) {
    worker.enqueue(run);
  }

  @Override
  public void stop(RunId run, Runnable otherwise) {
    worker.stop(run, otherwise);
  }

  @Override
  public void discardData(RunId run) {
    leftData.discard(run);
  }

  @Override
  public void announceAgain(String id, RunId run, CheckpointId checkpoint) {
    TrainingConfiguration configuration = registry.find(run).orElseThrow().configuration();
    configuration.requireKnown();
    DataSpecification test = configuration.data(Split.TEST, 1);
    try {
      StoredCheckpoint stored = store.describe(run, checkpoint);
      publisher.publish(
          CheckpointAnnouncement.of(stored, test, registry.time(run, clock.instant())), id);
    } catch (CheckpointNotFoundException e) {
      throw new InvalidCommandException("checkpoint: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted before the event was published", e);
    }
  }

  @Override
  public List<CheckpointId> pin(RunId run, CheckpointId checkpoint) {
    return pinned(run, () -> store.pin(run, checkpoint));
  }

  @Override
  public List<CheckpointId> unpin(RunId run, CheckpointId checkpoint) {
    return pinned(run, () -> store.unpin(run, checkpoint));
  }

  private List<CheckpointId> pinned(RunId run, Runnable change) {
    try {
      change.run();
      return store.pinned(run);
    } catch (CheckpointNotFoundException e) {
      throw new InvalidCommandException("checkpoint: " + e.getMessage());
    }
  }
}
