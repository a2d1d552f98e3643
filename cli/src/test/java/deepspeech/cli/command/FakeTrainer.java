package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers commands as the trainer does, and trains nothing: runs stay under way until stopped. */
final class FakeTrainer implements AutoCloseable {
  /** Runs whose names begin so are left to a test. */
  static final String IGNORED = "ignored-";

  private final EventTail<Command> commands;
  private final EventPublisher publisher;
  private final Thread thread;
  private final Map<RunId, RunState> states = new HashMap<>();
  private volatile boolean closed;

  FakeTrainer(BrokerConfiguration broker) throws InterruptedException {
    commands = EventTail.of(broker, Topics.COMMANDS, Command.class, EventTail.Start.NOW);
    publisher = new EventPublisher(broker, "/fake-trainer");
    thread = new Thread(this::work, "fake-trainer");
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    commands.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try (commands;
        publisher) {
      while (!closed) {
        Optional<ReceivedEvent<Command>> next = commands.next(Duration.ofSeconds(1));
        if (next.isPresent() && !next.get().body().run().value().startsWith(IGNORED)) {
          answer(next.get().attributes().map(CloudEvent::id).orElseThrow(), next.get().body());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(String id, Command command) throws InterruptedException {
    RunState known = states.get(command.run());
    if (command instanceof Command.Train train && known == null) {
      put(id, train.run(), RunStatus.ACCEPTED, train.configuration(), null);
      put(id, train.run(), RunStatus.RUNNING, train.configuration(), null);
    } else if (command instanceof Command.Resume resume && known != null) {
      put(
          id,
          resume.run(),
          RunStatus.ACCEPTED,
          known.configuration().with(resume.configuration()),
          known.lastCheckpoint());
    } else if (command instanceof Command.Stop && known != null && !known.status().ended()) {
      put(id, command.run(), known.status(), known.configuration(), null);
      put(id, command.run(), RunStatus.STOPPED, known.configuration(), new CheckpointId(1, 7));
    } else if (command instanceof Command.Pin && known != null) {
      put(id, command.run(), known.status(), known.configuration(), known.lastCheckpoint());
    } else {
      publisher.publish(
          DeadLetter.rejected(
              DeadLetter.COMMAND,
              command.run(),
              id,
              "run: \"" + command.run() + "\" given, not now",
              new byte[0],
              Instant.now()));
    }
  }

  private void put(
      String id,
      RunId run,
      RunStatus status,
      TrainingConfiguration configuration,
      CheckpointId checkpoint)
      throws InterruptedException {
    Instant now = Instant.now();
    RunState state =
        Optional.ofNullable(states.get(run))
            .map(known -> known.replaced(configuration, now))
            .orElseGet(() -> RunState.accepted(run, configuration, now))
            .withCommand(id, now)
            .withLastCheckpoint(checkpoint, now);
    if (status != RunStatus.ACCEPTED) {
      state =
          state
              .withStatus(status, now)
              .withPosition(new Position(1, 7, 63, 7), now)
              .withData(1000, List.of(), now);
    }
    states.put(run, state);
    publisher.publish(state);
  }
}
