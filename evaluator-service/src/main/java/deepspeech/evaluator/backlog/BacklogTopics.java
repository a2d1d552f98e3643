package deepspeech.evaluator.backlog;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventIdTail;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.progress.Offsets;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the backlog from the topics of checkpoints, evaluations and dead letters. Not thread-safe.
 */
public final class BacklogTopics implements AutoCloseable {
  /** An event is never published so much later than its time says. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofHours(1);

  private final Backlog backlog;
  private final Consumer<Evaluation> published;
  private final EventTail<CheckpointCommitted> checkpoints;
  private final EventTail<Evaluation> evaluations;
  private final EventIdTail deadLetters;

  /**
   * Reads the topics up to now.
   *
   * @param progress the events before it are processed
   * @param published receives each evaluation that is published later, by any evaluator
   * @throws BrokerException if a topic cannot be read
   */
  public BacklogTopics(
      BrokerConfiguration broker, Backlog backlog, Offsets progress, Consumer<Evaluation> published)
      throws InterruptedException {
    this.backlog = backlog;
    this.published = published;
    checkpoints =
        EventTail.upToNowOf(
            broker, Topics.CHECKPOINTS, CheckpointCommitted.class, EventTail.Start.BEGINNING);
    evaluations =
        EventTail.upToNowOf(
            broker, Topics.EVALUATIONS, Evaluation.class, EventTail.Start.BEGINNING);
    List<ReceivedEvent<CheckpointCommitted>> unprocessed = new ArrayList<>();
    checkpoints.upToNow(
        event -> {
          if (event.offset() >= progress.doneIn(event.partition())) {
            unprocessed.add(event);
          }
        });
    Instant since =
        unprocessed.stream()
            .map(ReceivedEvent::time)
            .min(Instant::compareTo)
            .orElseGet(Instant::now);
    deadLetters = new EventIdTail(broker, Topics.DEAD_LETTERS, since.minus(CLOCK_DIFFERENCE));
    deadLetters.catchUp(this::deadLettered);
    evaluations.upToNow(event -> tested(event.id()));
    unprocessed.forEach(this::announced);
  }

  /**
   * Reads what was published since.
   *
   * @throws BrokerException if a topic cannot be read
   */
  public void catchUp() throws InterruptedException {
    checkpoints.upToNow(this::announced);
    deadLetters.catchUp(this::deadLettered);
    evaluations.upToNow(
        event -> {
          tested(event.id());
          published.accept(event.body());
        });
  }

  private void announced(ReceivedEvent<CheckpointCommitted> event) {
    backlog.announced(new UntestedCheckpoint(event.id(), event.body(), event.trace()));
  }

  private void tested(String id) {
    EventIds.ofEvaluation(id).ifPresent(backlog::ended);
  }

  private void deadLettered(String id) {
    EventIds.ofDeadLetter(id).ifPresent(backlog::ended);
    if (EventIds.isOfDelay(id)) {
      backlog.delayReported(id);
    }
  }

  @Override
  public void close() {
    checkpoints.close();
    evaluations.close();
    deadLetters.close();
  }
}
