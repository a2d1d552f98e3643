package deepspeech.dataprep.service;

import deepspeech.broker.BrokerException;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
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
 * Publishes a dead letter for each utterance that cannot be used. Each utterance gets one letter
 * per run, whichever replica processes it and however often the replicas restart: before it
 * publishes, a replica reads the ids in the topic. Two replicas that meet an utterance at the same
 * moment both publish a letter. Both letters have the same id, derived from run, split and line, so
 * that readers recognise the duplicate. Thread-safe.
 */
public final class UtteranceDeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(UtteranceDeadLetters.class);

  /**
   * Maximum number of letters on their way to the broker. It bounds the memory, however many
   * letters there are to publish.
   */
  private static final int IN_FLIGHT = 1000;

  private final BiFunction<DeadLetter, String, CompletableFuture<Void>> publisher;
  private final TopicIds topic;
  private final BiConsumer<Split, SkippedUtterance> counter;
  private final Clock clock;
  private final PublishedUtterances published = new PublishedUtterances();

  /**
   * Creates the dead letters on a publisher.
   *
   * @param publisher publishes a message under an id, and completes when the broker has it
   * @param topic the topic to which it publishes
   * @param counter receives each utterance whose letter this replica has published
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
   * Publishes the letters that no replica has published yet, and waits until the broker has them.
   * Training does not depend on them. A failure is logged, and the letter is published again when
   * the utterance is next met.
   */
  public void publish(RunId run, Split split, List<SkippedUtterance> skipped)
      throws InterruptedException {
    if (skipped.stream().allMatch(u -> published.contains(run, split, u.utterance()))) {
      return;
    }
    readTopic(run);
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (SkippedUtterance utterance : skipped) {
      if (failure.get() == null && published.add(run, split, utterance.utterance())) {
        inFlight.acquire();
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
                        published.remove(run, split, utterance.utterance());
                        failure.set(problem);
                      }
                      inFlight.release();
                    });
      }
    }
    inFlight.acquire(IN_FLIGHT);
    if (failure.get() != null) {
      LOG.warn("dead letters of run {} not published: {}", run, failure.get().getMessage());
    }
  }

  /**
   * Reads the ids of the published letters. If the topic cannot be read, letters may be published
   * twice.
   */
  private void readTopic(RunId run) throws InterruptedException {
    synchronized (topic) {
      try {
        topic.catchUp(published::add);
      } catch (BrokerException e) {
        LOG.warn("dead letters of run {} may be published twice: {}", run, e.getMessage());
      }
    }
  }

  private DeadLetter letter(RunId run, Split split, SkippedUtterance utterance) {
    return DeadLetter.utterance(run, split, utterance, clock.instant());
  }
}
