package deepspeech.cli.progress;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
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

/** Reads the events of one run: first the existing ones, then new ones as they arrive. */
public final class RunFollower {
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          Topics.RUNS, RunState.class,
          Topics.METRICS, MetricPoint.class,
          Topics.EVALUATIONS, Evaluation.class,
          Topics.CHECKPOINTS, CheckpointCommitted.class,
          Topics.DEAD_LETTERS, DeadLetter.class);

  private static final Duration POLL_LIMIT = Duration.ofSeconds(1);

  private final BrokerConfiguration broker;
  private final Duration testPatience;
  private final Consumer<String> notes;

  /**
   * Creates a follower that reads from one broker.
   *
   * @param testPatience how long to wait for the next test result after the end of training or the
   *     last test result
   * @param notes receives messages for the user, one line each
   */
  public RunFollower(BrokerConfiguration broker, Duration testPatience, Consumer<String> notes) {
    this.broker = broker;
    this.testPatience = testPatience;
    this.notes = notes;
  }

  /**
   * The run whose state changed last.
   *
   * @throws CommandFailedException if there is no run
   */
  public static RunId newest(BrokerConfiguration broker) throws InterruptedException {
    return new RunStates(broker)
        .newest().keySet().stream()
            .reduce((earlier, later) -> later)
            .orElseThrow(
                () ->
                    new CommandFailedException("there is no run yet; deepspeech train starts one"));
  }

  /**
   * Passes the run's events to {@code progress} until the run has ended and its checkpoints are
   * tested, or until the wait for a test result times out.
   *
   * @param interruption checked at least every second; returns the reason to stop waiting, or empty
   * @throws CommandFailedException with the reason if {@code interruption} returns one
   */
  public void follow(RunProgress progress, Supplier<Optional<String>> interruption)
      throws InterruptedException {
    try (EventTail<Object> tail = EventTail.of(broker, TYPES, EventTail.Start.BEGINNING)) {
      catchUp(tail, progress);
      // The wall clock may be set during the wait, so the monotonic clock is used.
      OptionalLong patienceEnd = OptionalLong.empty();
      while (!progress.ended()) {
        Optional<String> reason = interruption.get();
        if (reason.isPresent()) {
          throw new CommandFailedException(reason.get());
        }
        Optional<ReceivedEvent<Object>> event = tail.next(POLL_LIMIT);
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
                "No test result of checkpoint %s arrived within %d s; %s"
                    .formatted(
                        progress.checkpointToTest().map(Object::toString).orElse("?"),
                        testPatience.toSeconds(),
                        progress
                            .checkpointToTest()
                            .flatMap(progress::delay)
                            .map("the test is delayed and will be retried: "::concat)
                            .orElse("check that an evaluator is running")));
            return;
          }
        }
      }
    }
  }

  /** The part of the patience that is left since the end of the run, from 0 to all of it. */
  private Duration patienceLeft(RunProgress progress) {
    Duration sinceEnd =
        progress
            .state()
            .map(state -> Duration.between(state.time(), Instant.now()))
            .filter(Predicate.not(Duration::isNegative))
            .orElse(Duration.ZERO);
    return sinceEnd.compareTo(testPatience) < 0 ? testPatience.minus(sinceEnd) : Duration.ZERO;
  }

  /**
   * Passes on the existing events in the order of their times, because they come from several
   * topics.
   */
  private void catchUp(EventTail<Object> tail, RunProgress progress) throws InterruptedException {
    List<Object> events =
        tail.upToNow().stream()
            .sorted(Comparator.comparing(ReceivedEvent::time))
            .<Object>map(ReceivedEvent::body)
            .filter(body -> progress.run().value().equals(runOf(body)))
            .toList();
    // Compaction has kept only the last state of an old run. Its configuration is shown first.
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
    } else if (event instanceof CheckpointCommitted checkpoint) {
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
    } else if (event instanceof CheckpointCommitted checkpoint) {
      return checkpoint.run().value();
    }
    return event instanceof DeadLetter letter ? letter.run() : null;
  }
}
