package deepspeech.cli.progress;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.cli.CommandFailedException;
import deepspeech.messages.checkpoint.CheckpointPublished;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Reads the events of one run, first those that there are, then as they come. */
public final class RunFollower {
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          Topics.RUNS, RunState.class,
          Topics.METRICS, MetricPoint.class,
          Topics.EVALUATIONS, Evaluation.class,
          Topics.CHECKPOINTS, CheckpointPublished.class,
          Topics.DEAD_LETTERS, DeadLetter.class);

  private static final Duration LOOK_UP = Duration.ofSeconds(1);

  private final BrokerConfiguration broker;
  private final Duration testPatience;
  private final Consumer<String> notes;

  /**
   * Reads from one broker.
   *
   * @param testPatience how long after the end of training, or the last test result, the next one
   *     is waited for
   * @param notes takes one line for a person at a time
   */
  public RunFollower(BrokerConfiguration broker, Duration testPatience, Consumer<String> notes) {
    this.broker = broker;
    this.testPatience = testPatience;
    this.notes = notes;
  }

  /**
   * The run that changed last.
   *
   * @throws CommandFailedException if there is no run
   */
  public static RunId newest(BrokerConfiguration broker) throws InterruptedException {
    return new RunStates(broker)
        .newest().keySet().stream()
            .reduce((earlier, later) -> later)
            .orElseThrow(
                () -> new CommandFailedException("no run yet; deepspeech train starts one"));
  }

  /**
   * Feeds the progress until the run has ended and its last checkpoint is tested.
   *
   * @param interruption looked at each second: why there is nothing more to wait for, if so
   * @throws CommandFailedException if there is such a reason
   */
  public void follow(RunProgress progress, Supplier<Optional<String>> interruption)
      throws InterruptedException {
    try (EventTail<Object> tail = EventTail.of(broker, TYPES, EventTail.Start.BEGINNING)) {
      catchUp(tail, progress);
      // Not by the wall clock: it may be set while this waits.
      OptionalLong patienceEnd = OptionalLong.empty();
      while (!progress.ended()) {
        Optional<String> reason = interruption.get();
        if (reason.isPresent()) {
          throw new CommandFailedException(reason.get());
        }
        Optional<ReceivedEvent<Object>> event = tail.next(LOOK_UP);
        event.ifPresent(received -> give(received.body(), progress));
        if (patienceEnd.isPresent()
            && event.map(ReceivedEvent::body).orElse(null) instanceof Evaluation) {
          patienceEnd = OptionalLong.of(System.nanoTime() + testPatience.toNanos());
        }
        if (event.isEmpty() && progress.trainingEnded()) {
          if (patienceEnd.isEmpty()) {
            patienceEnd = OptionalLong.of(System.nanoTime() + patienceLeft(progress).toNanos());
            progress
                .checkpointToTest()
                .ifPresent(
                    checkpoint -> notes.accept("Waiting for the test of checkpoint " + checkpoint));
          } else if (System.nanoTime() - patienceEnd.getAsLong() > 0) {
            notes.accept(
                "No test result of checkpoint %s came within %d s; %s"
                    .formatted(
                        progress.checkpointToTest().map(Object::toString).orElse("?"),
                        testPatience.toSeconds(),
                        progress
                            .checkpointToTest()
                            .flatMap(progress::delay)
                            .map("it is tested later, now hindered by: "::concat)
                            .orElse("does an evaluator run?")));
            return;
          }
        }
      }
    }
  }

  /** None if the run ended long ago: from 0 to the whole. */
  private Duration patienceLeft(RunProgress progress) {
    Duration sinceEnd =
        progress
            .state()
            .map(state -> Duration.between(state.time(), Instant.now()))
            .filter(Predicate.not(Duration::isNegative))
            .orElse(Duration.ZERO);
    return sinceEnd.compareTo(testPatience) < 0 ? testPatience.minus(sinceEnd) : Duration.ZERO;
  }

  /** What there is lies in several topics: it is shown in the order of its time. */
  private void catchUp(EventTail<Object> tail, RunProgress progress) throws InterruptedException {
    List<Object> events =
        tail.upToNow().stream()
            .sorted(Comparator.comparing(ReceivedEvent::time))
            .<Object>map(ReceivedEvent::body)
            .filter(body -> progress.run().value().equals(runOf(body)))
            .toList();
    // Of an old run, compaction has kept the last state alone: its configuration goes first.
    events.stream()
        .filter(RunState.class::isInstance)
        .map(RunState.class::cast)
        .findFirst()
        .ifPresent(progress::announce);
    events.forEach(event -> give(event, progress));
  }

  private static void give(Object event, RunProgress progress) {
    if (!progress.run().value().equals(runOf(event))) {
      return;
    }
    if (event instanceof RunState state) {
      progress.accept(state);
    } else if (event instanceof MetricPoint point) {
      progress.accept(point);
    } else if (event instanceof Evaluation evaluation) {
      progress.accept(evaluation);
    } else if (event instanceof CheckpointPublished checkpoint) {
      progress.accept(checkpoint);
    } else if (event instanceof DeadLetter letter) {
      progress.accept(letter);
    }
  }

  private static String runOf(Object event) {
    if (event instanceof RunState state) {
      return state.run().value();
    } else if (event instanceof MetricPoint point) {
      return point.run().value();
    } else if (event instanceof Evaluation evaluation) {
      return evaluation.run().value();
    } else if (event instanceof CheckpointPublished checkpoint) {
      return checkpoint.run().value();
    }
    return event instanceof DeadLetter letter ? letter.run() : null;
  }
}
