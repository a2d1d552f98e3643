package deepspeech.dataprep.service;

import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.LeftOut;
import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each utterance that cannot be used, once per run, split, line and reason from this
 * replica. The id of the message is made of these, so that readers know the same message from
 * another replica for the same. Thread-safe.
 */
public final class UtteranceDeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(UtteranceDeadLetters.class);
  private static final int REMEMBERED = 100_000;

  private final BiFunction<DeadLetter, String, CompletableFuture<Void>> publisher;
  private final Clock clock;
  private final Set<String> told =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  /**
   * Publishes through a publisher.
   *
   * @param publisher takes a message and its id, and completes when the broker has it
   */
  public UtteranceDeadLetters(
      BiFunction<DeadLetter, String, CompletableFuture<Void>> publisher, Clock clock) {
    this.publisher = publisher;
    this.clock = clock;
  }

  /**
   * Publishes what this replica has not told yet and waits until the broker has it. Training does
   * not depend on it: a failure is logged, and the utterance is told again when it is next seen.
   */
  public void tell(RunId run, Split split, List<LeftOut> leftOut) {
    List<CompletableFuture<Void>> sent = new ArrayList<>();
    for (LeftOut utterance : leftOut) {
      String id =
          "utterance/%s/%s/%d/%s".formatted(run, split, utterance.utterance(), utterance.reason());
      if (told.add(id)) {
        sent.add(
            publisher
                .apply(letter(run, split, utterance), id)
                .whenComplete(
                    (done, failure) -> {
                      if (failure != null) {
                        told.remove(id);
                      }
                    }));
      }
    }
    try {
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      LOG.warn("dead letters of run {} not published: {}", run, e.getCause().getMessage());
    }
  }

  private DeadLetter letter(RunId run, Split split, LeftOut utterance) {
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
