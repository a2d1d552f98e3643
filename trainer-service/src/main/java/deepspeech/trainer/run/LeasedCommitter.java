package deepspeech.trainer.run;

import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
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

/** Commits the checkpoints of a run while this trainer holds its lease, and announces them. */
final class LeasedCommitter implements CheckpointCommitter {
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
    StoredCheckpoint stored = writer.upload(written);
    journal.requireMayCommit(state.run());
    store.moveLatest(state.run(), state.checkpoint());
    return stored;
  }
}
