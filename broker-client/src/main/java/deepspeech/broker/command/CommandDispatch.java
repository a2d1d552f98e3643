package deepspeech.broker.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.broker.events.RunStates;
import deepspeech.messages.command.Command;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;

/**
 * Publishes commands and reads the trainer's answers to their {@code ce_id}. Thread-safe: each
 * command has its own connections.
 */
public final class CommandDispatch {
  private final BrokerConfiguration broker;
  private final String source;
  private final Duration limit;

  /**
   * Creates a dispatch for one broker.
   *
   * @param source {@code ce_source} of the commands, such as {@code /deepspeech-cli}
   * @param limit timeout for the broker to acknowledge a command. The trainer has the same time to
   *     answer it and to reach the awaited state.
   */
  public CommandDispatch(BrokerConfiguration broker, String source, Duration limit) {
    this.broker = broker;
    this.source = source;
    this.limit = limit;
  }

  /**
   * Publishes a command and waits until it is accepted.
   *
   * @return the run's state that lists the command
   * @throws CommandRejectedException with the trainer's reason
   * @throws CommandUnansweredException if no trainer answers in time
   * @throws BrokerException if the broker does not accept the command
   */
  public RunState send(Command command) throws InterruptedException {
    return send(command, UUID.randomUUID().toString());
  }

  /**
   * Publishes a command under the given id and waits until it is accepted.
   *
   * @param id {@code ce_id}
   * @return the run's state that lists the command
   * @throws CommandRejectedException with the trainer's reason
   * @throws CommandUnansweredException if no trainer answers in time
   * @throws BrokerException if the broker does not accept the command
   */
  public RunState send(Command command, String id) throws InterruptedException {
    return send(command, id, (given, state) -> state.commands().contains(given));
  }

  /**
   * Publishes a command under the given id and waits until it is accepted, unless it has been
   * accepted under this id before. So a program that may be started again, such as a job, sends its
   * command once.
   *
   * @param id {@code ce_id}
   * @return a state of the run that lists the command
   * @throws CommandRejectedException with the trainer's reason
   * @throws CommandUnansweredException if no trainer answers in time
   * @throws BrokerException if the broker does not accept the command
   */
  public RunState sendOnce(Command command, String id) throws InterruptedException {
    Optional<RunState> before =
        new RunStates(broker, limit)
            .newest(command.run())
            .filter(state -> state.commands().contains(id));
    if (before.isEmpty()) {
      return send(command, id);
    }
    if (before.get().status() == RunStatus.REJECTED) {
      throw new CommandRejectedException(command, before.get().reason());
    }
    return before.get();
  }

  /**
   * Publishes a command, such as {@link Command.Stop}, and waits until the run has ended.
   *
   * @return the run's last state
   * @throws CommandRejectedException with the trainer's reason
   * @throws CommandUnansweredException if the run does not end in time
   * @throws BrokerException if the broker does not accept the command
   */
  public RunState sendAndAwaitEnd(Command command) throws InterruptedException {
    return send(command, UUID.randomUUID().toString(), (given, state) -> state.status().ended());
  }

  private RunState send(Command command, String id, BiPredicate<String, RunState> reached)
      throws InterruptedException {
    try (EventTail<Object> answers =
            EventTail.of(
                broker,
                Map.<String, Class<?>>of(
                    Topics.RUNS, RunState.class, Topics.DEAD_LETTERS, DeadLetter.class),
                EventTail.Start.NOW);
        EventPublisher publisher = new EventPublisher(broker, source)) {
      publish(publisher, command, id);
      long deadline = System.nanoTime() + limit.toNanos();
      for (long left = limit.toNanos(); left > 0; left = deadline - System.nanoTime()) {
        Optional<ReceivedEvent<Object>> answer = answers.next(Duration.ofNanos(left));
        if (answer.isEmpty()) {
          continue;
        }
        Object body = answer.get().body();
        if (body instanceof DeadLetter letter && id.equals(letter.subject())) {
          throw new CommandRejectedException(command, letter.detail());
        }
        if (body instanceof RunState state && state.run().equals(command.run())) {
          if (state.status() == RunStatus.REJECTED && state.commands().contains(id)) {
            throw new CommandRejectedException(command, state.reason());
          }
          if (reached.test(id, state)) {
            return state;
          }
        }
      }
    }
    throw new CommandUnansweredException(
        "no trainer on %s carried out the command %s of run %s within %d s; it stays in the topic %s for the next trainer"
            .formatted(
                broker.bootstrapServers(),
                command.name(),
                command.run(),
                limit.toSeconds(),
                broker.name(Topics.COMMANDS)));
  }

  private void publish(EventPublisher publisher, Command command, String id)
      throws InterruptedException {
    try {
      publisher.send(command, id).get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BrokerException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      publisher.abort();
      throw BrokerException.onTopic(
          broker.name(Topics.COMMANDS),
          "WRITE",
          broker,
          new org.apache.kafka.common.errors.TimeoutException(e));
    }
  }
}
