package deepspeech.local.dispatch;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.local.CommandFailedException;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;

/** Publishes a command and follows what the trainer answers to its {@code ce_id}. */
public final class CommandDispatch {
  private static final String SOURCE = "/deepspeech-cli";

  private final BrokerConfiguration broker;
  private final Duration limit;

  /**
   * Talks to one broker.
   *
   * @param limit how long the trainer may take to answer, and then to do what is waited for
   */
  public CommandDispatch(BrokerConfiguration broker, Duration limit) {
    this.broker = broker;
    this.limit = limit;
  }

  /**
   * Publishes a command and waits until it is accepted.
   *
   * @return the run's state with the command in it
   * @throws CommandFailedException with the reason if it is rejected, or if no trainer answers
   * @throws BrokerException if the broker does not take it
   */
  public RunState send(Command command) throws InterruptedException {
    return send(command, (id, state) -> state.commands().contains(id));
  }

  /**
   * Publishes a command and waits until the run has ended, as after a {@link Command.Stop}.
   *
   * @return the run's last state
   * @throws CommandFailedException with the reason if it is rejected, or if no trainer answers
   * @throws BrokerException if the broker does not take it
   */
  public RunState sendAndAwaitEnd(Command command) throws InterruptedException {
    return send(command, (id, state) -> state.status().ended());
  }

  private RunState send(Command command, BiPredicate<String, RunState> reached)
      throws InterruptedException {
    String id = UUID.randomUUID().toString();
    try (EventTail<Object> answers =
            EventTail.of(
                broker,
                Map.<String, Class<?>>of(
                    Topics.RUNS, RunState.class, Topics.DEAD_LETTERS, DeadLetter.class),
                EventTail.Start.NOW);
        EventPublisher publisher = new EventPublisher(broker, SOURCE)) {
      publisher.publish(command, id);
      long deadline = System.nanoTime() + limit.toNanos();
      for (long left = limit.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        Optional<ReceivedEvent<Object>> answer = answers.next(Duration.ofNanos(left));
        if (answer.isEmpty()) {
          continue;
        }
        Object body = answer.get().body();
        if (body instanceof DeadLetter letter && id.equals(letter.subject())) {
          throw rejected(command, letter.detail());
        }
        if (body instanceof RunState state && state.run().equals(command.run())) {
          if (state.status() == RunStatus.REJECTED && state.commands().contains(id)) {
            throw rejected(command, state.reason());
          }
          if (reached.test(id, state)) {
            return state;
          }
        }
      }
    }
    throw new CommandFailedException(
        "no trainer on %s carried out the command %s of run %s within %d s; it stays in the topic %s for one that comes"
            .formatted(
                broker.bootstrapServers(),
                command.name(),
                command.run(),
                limit.toSeconds(),
                Topics.COMMANDS));
  }

  private static CommandFailedException rejected(Command command, String reason) {
    return new CommandFailedException(
        "run %s: %s rejected: %s".formatted(command.run(), command.name(), reason));
  }
}
