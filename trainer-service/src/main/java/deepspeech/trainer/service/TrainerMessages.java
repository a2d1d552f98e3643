package deepspeech.trainer.service;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import deepspeech.broker.events.EventPublisher;
import deepspeech.broker.events.EventTail;
import deepspeech.checkpoint.CheckpointStoreException;
import deepspeech.messages.command.Command;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.topic.Topics;
import deepspeech.messages.trainer.TrainerMessage;
import deepspeech.trainer.command.CommandHandler;
import deepspeech.trainer.command.CommandRouter;
import deepspeech.trainer.command.InvalidCommandException;
import deepspeech.trainer.run.RunLeases;
import deepspeech.trainer.training.RunFailedException;
import deepspeech.trainer.training.TakenOverException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages between trainers: forwards commands to the trainer that has the run, and carries out
 * those that others forward here.
 */
final class TrainerMessages implements CommandRouter.OtherTrainers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerMessages.class);

  /** After that, whether the other trainer still has the run is read again. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

  private final String trainer;
  private final EventPublisher publisher;
  private final TrainerPresence presence;
  private final RunLeases leases;
  private final CommandHandler handler;
  private final FollowedTopic<TrainerMessage> topic;
  private final Map<String, CompletableFuture<TrainerMessage.Answered>> expected =
      new ConcurrentHashMap<>();

  /**
   * Reads the messages that are published from now on.
   *
   * @param trainer the name of this trainer
   * @param handler carries out commands of the runs that this trainer has
   * @throws BrokerException if the topic cannot be read
   */
  TrainerMessages(
      BrokerConfiguration broker,
      String trainer,
      EventPublisher publisher,
      TrainerPresence presence,
      RunLeases leases,
      CommandHandler handler)
      throws InterruptedException {
    this.trainer = trainer;
    this.publisher = publisher;
    this.presence = presence;
    this.leases = leases;
    this.handler = handler;
    this.topic =
        new FollowedTopic<>(
            "trainer-messages",
            EventTail.of(broker, Topics.TRAINERS, TrainerMessage.class, EventTail.Start.NOW),
            this::take);
  }

  void start() {
    topic.start();
  }

  @Override
  public boolean carryOut(String id, Command command) throws InterruptedException {
    Optional<String> holder = leases.holder(command.run());
    if (holder.isEmpty()) {
      return false;
    }
    CompletableFuture<TrainerMessage.Answered> answer = new CompletableFuture<>();
    expected.put(id, answer);
    try {
      publisher.publish(new TrainerMessage.Forwarded(holder.get(), trainer, id, command));
      String rejection = answer.get(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS).rejection();
      if (rejection != null) {
        throw new InvalidCommandException(rejection);
      }
      return true;
    } catch (TimeoutException e) {
      LOG.debug("trainer {} has not answered command {}", holder.get(), id);
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      expected.remove(id);
    }
  }

  private void take(TrainerMessage message) {
    if (message instanceof TrainerMessage.Present present) {
      presence.seen(present);
    }
    if (!message.trainer().equals(trainer)) {
      return;
    }
    if (message instanceof TrainerMessage.Answered answered) {
      Optional.ofNullable(expected.get(answered.id())).ifPresent(a -> a.complete(answered));
    } else if (message instanceof TrainerMessage.Forwarded forwarded) {
      carryOutHere(forwarded);
    }
  }

  /** Without an answer, the other trainer finds out what has become of the run, and asks again. */
  private void carryOutHere(TrainerMessage.Forwarded forwarded) {
    RunId run = forwarded.command().run();
    try {
      String rejection = null;
      try {
        if (!leases.whileHeld(run, () -> handler.take(forwarded.id(), forwarded.command()))) {
          return;
        }
      } catch (InvalidCommandException e) {
        rejection = e.getMessage();
      }
      publisher.publish(new TrainerMessage.Answered(forwarded.from(), forwarded.id(), rejection));
    } catch (BrokerException
        | CheckpointStoreException
        | TakenOverException
        | RunFailedException e) {
      LOG.warn("command {} for run {} is not answered: {}", forwarded.id(), run, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    topic.close();
  }
}
