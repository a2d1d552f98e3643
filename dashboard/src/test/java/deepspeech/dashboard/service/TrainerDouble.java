package deepspeech.dashboard.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.run.RunState;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Accepts train commands, rejects all others, as the trainer tells it. */
final class TrainerDouble implements AutoCloseable {
  private final EventTail<Command> commands;
  private final EventPublisher publisher;
  private final Queue<ReceivedEvent<Command>> received = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::work, "trainer-double");
  private volatile boolean closed;

  TrainerDouble(BrokerConfiguration broker) throws InterruptedException {
    commands = EventTail.of(broker, Topics.COMMANDS, Command.class, EventTail.Start.NOW);
    publisher = new EventPublisher(broker, "/trainer-service");
    thread.start();
  }

  /** All that came, oldest first. */
  List<ReceivedEvent<Command>> received() {
    return List.copyOf(received);
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
        if (next.isPresent()) {
          received.add(next.get());
          answer(next.get().attributes().map(CloudEvent::id).orElseThrow(), next.get().body());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(String id, Command command) throws InterruptedException {
    if (command instanceof Command.Train train) {
      publisher.publish(
          RunState.accepted(train.run(), train.configuration(), Instant.now())
              .withCommand(id, Instant.now()));
    } else {
      publisher.publish(
          DeadLetter.rejected(
              DeadLetter.COMMAND,
              command.run(),
              id,
              "run: \"" + command.run() + "\" given, no such run",
              new byte[0],
              Instant.now()));
    }
  }
}
