package deepspeech.trainer.run;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.checkpoint.CheckpointConflictException;
import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.checkpoint.StoredCheckpoint;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.trainer.checkpoint.CheckpointCommitter;
import deepspeech.trainer.checkpoint.CheckpointCopy;
import deepspeech.trainer.checkpoint.CheckpointWriter;
import deepspeech.trainer.checkpoint.CommittedCheckpoint;
import deepspeech.trainer.checkpoint.WrittenCheckpoint;
import deepspeech.trainer.training.TrainingState;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Commits the checkpoints of a run while this trainer holds its lease, and announces them. */
final class LeasedCommitter implements CheckpointCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedCommitter.class);

  private final TrainingConfiguration configuration;
  private final CheckpointWriter writer;
  private final CheckpointStore store;
  private final RunJournal journal;
  private final CheckpointAnnouncer announcer;
  private final Tracing tracing;

  /**
   * Creates the committer of one run.
   *
   * @param configuration the configuration of the run
   */
  LeasedCommitter(
      TrainingConfiguration configuration,
      CheckpointWriter writer,
      CheckpointStore store,
      RunJournal journal,
      CheckpointAnnouncer announcer,
      Tracing tracing) {
    this.configuration = configuration;
    this.writer = writer;
    this.store = store;
    this.journal = journal;
    this.announcer = announcer;
    this.tracing = tracing;
  }

  @Override
  public void commit(CheckpointCopy copy) {
    StoredCheckpoint stored = writeAndUpload(copy);
    Span.current().setAttribute(SpanAttributes.BYTES, stored.size());
    CommittedCheckpoint committed = new CommittedCheckpoint(copy.state(), stored, copy.age());
    tracing.run(
        tracing.span("publish").setSpanKind(SpanKind.PRODUCER),
        () -> announcer.announce(configuration, committed));
  }

  private StoredCheckpoint writeAndUpload(CheckpointCopy copy) {
    try (WrittenCheckpoint written = writer.write(copy)) {
      journal.requireMayCommit(copy.state().run());
      return tracing.within(tracing.span("upload"), () -> upload(written));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointStoreException(
          "checkpoint %s: interrupted while it was uploaded".formatted(copy.state().checkpoint()),
          e);
    }
  }

  private StoredCheckpoint upload(WrittenCheckpoint written) {
    TrainingState state = written.copy().state();
    StoredCheckpoint stored = uploadInPlaceOfOthers(written);
    journal.requireMayCommit(state.run());
    store.moveLatest(state.run(), state.checkpoint());
    return stored;
  }

  /**
   * Uploads a checkpoint. Only a trainer that has lost the run can have committed another one of
   * that name meanwhile: the server may carry out a request long after its trainer was suspended.
   * The holder of the lease replaces it.
   */
  private StoredCheckpoint uploadInPlaceOfOthers(WrittenCheckpoint written) {
    TrainingState state = written.copy().state();
    Instant eventsSince =
        journal.events().eventsSince(state.run(), state.step(), written.copy().takenAt());
    Runnable requireHeld = () -> journal.leases().requireStillHeld(state.run());
    try {
      return writer.upload(written, eventsSince, requireHeld);
    } catch (CheckpointConflictException e) {
      requireHeld.run();
      LOG.warn("{}; it is replaced, because this trainer holds the run", e.getMessage());
      store.remove(state.run(), state.checkpoint());
      return writer.upload(written, eventsSince, requireHeld);
    }
  }
}
