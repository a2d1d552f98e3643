package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each utterance that cannot be used, once a run, whichever replica meets it and however
 * often they start anew: before it tells, a replica reads which ids the topic holds. Two replicas
 * that meet an utterance in the same moment both tell it, under the same id, made of run, split and
 * line, so that readers know the second message for the first. Thread-safe.
 */
public final class UtteranceDeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(UtteranceDeadLetters.class);

  /** Letters on their way to the broker: what bounds memory, however many there are to tell. */
  private static final int IN_FLIGHT = 1000;

  private final BiFunction<DeadLetter, String, CompletableFuture<Void>> publisher;
  private final TopicIds topic;
  private final BiConsumer<Split, SkippedUtterance> counter;
  private final Clock clock;
  private final PublishedUtterances told = new PublishedUtterances();

  /**
   * Publishes through a publisher.
   *
   * @param publisher takes a message and its id, and completes when the broker has it
   * @param topic that it publishes to
   * @param counter is given each utterance that this replica tells
   */
  public UtteranceDeadLetters(
      BiFunction<DeadLetter, String, CompletableFuture<Void>> publisher,
      TopicIds topic,
      BiConsumer<Split, SkippedUtterance> counter,
      Clock clock) {
    this.publisher = publisher;
    this.topic = topic;
    this.counter = counter;
    this.clock = clock;
  }

  /**
   * Publishes what nobody has told yet and waits until the broker has it. Training does not depend
   * on it: a failure is logged, and the utterance is told again when it is next met.
   */
  public void tell(RunId run, Split split, List<SkippedUtterance> leftOut)
      throws InterruptedException {
    if (leftOut.stream().allMatch(u -> told.contains(run, split, u.utterance()))) {
      return;
    }
    readTopic(run);
    Semaphore room = new Semaphore(IN_FLIGHT);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (SkippedUtterance utterance : leftOut) {
      if (failure.get() == null && told.add(run, split, utterance.utterance())) {
        room.acquire();
        var unused =
            publisher
                .apply(
                    letter(run, split, utterance),
                    PublishedUtterances.id(run, split, utterance.utterance()))
                .whenComplete(
                    (done, problem) -> {
                      if (problem == null) {
                        counter.accept(split, utterance);
                      } else {
                        told.remove(run, split, utterance.utterance());
                        failure.set(problem);
                      }
                      room.release();
                    });
      }
    }
    room.acquire(IN_FLIGHT);
    if (failure.get() != null) {
      LOG.warn("dead letters of run {} not published: {}", run, failure.get().getMessage());
    }
  }

  /** Without knowing what was told all is told, again if need be. */
  private void readTopic(RunId run) throws InterruptedException {
    synchronized (topic) {
      try {
        topic.catchUp(told::add);
      } catch (BrokerException e) {
        LOG.warn("dead letters of run {} may be told twice: {}", run, e.getMessage());
      }
    }
  }

  private DeadLetter letter(RunId run, Split split, SkippedUtterance utterance) {
    return new DeadLetter(
        DeadLetter.UTTERANCE,
        run.toString(),
        utterance.path(),
        split.toString(),
        utterance.utterance(),
        utterance.reason().toString(),
        utterance.detail(),
        null,
        clock.instant());
  }
}
