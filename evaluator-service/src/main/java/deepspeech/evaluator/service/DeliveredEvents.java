package deepspeech.evaluator.service;

import deepspeech.broker.events.ReceivedEvent;
import deepspeech.evaluator.backlog.EventIds;
import deepspeech.evaluator.evaluation.EventSink;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.checkpoint.CheckpointCommitted;
import deepspeech.messages.deadletter.DeadLetter;
import java.time.Clock;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that Kafka has delivered to this evaluator and that are not acknowledged. They may be
 * tested by any evaluator. Those that cannot be read are dead-lettered by this one. Thread-safe.
 */
final class DeliveredEvents {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveredEvents.class);

  private final EventSink sink;
  private final Clock clock;
  private final Map<String, CompletableFuture<Void>> untested = new ConcurrentHashMap<>();
  private final Queue<Unreadable> unreadable = new ConcurrentLinkedQueue<>();

  private record Unreadable(
      ConsumerRecord<String, byte[]> record, String detail, CompletableFuture<Void> done) {
    /** Stands for the id of the event. */
    String place() {
      return ReceivedEvent.place(record);
    }
  }

  DeliveredEvents(EventSink sink, Clock clock) {
    this.sink = sink;
    this.clock = clock;
  }

  /**
   * Adds an event.
   *
   * @return future that completes when the event is processed
   */
  CompletableFuture<Void> deliver(ConsumerRecord<String, byte[]> record) {
    try {
      ReceivedEvent<CheckpointCommitted> event =
          ReceivedEvent.read(record, CheckpointCommitted.class);
      return event.body().test() == null
          ? CompletableFuture.completedFuture(null)
          : untested.computeIfAbsent(event.id(), id -> new CompletableFuture<>());
    } catch (InvalidMessageException e) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      unreadable.add(new Unreadable(record, e.getMessage(), done));
      return done;
    }
  }

  /**
   * Completes the events that are processed.
   *
   * @param ended true for the id of an event whose result or dead letter is published
   */
  void complete(Predicate<String> ended) throws InterruptedException {
    Iterator<Map.Entry<String, CompletableFuture<Void>>> waiting = untested.entrySet().iterator();
    while (waiting.hasNext()) {
      Map.Entry<String, CompletableFuture<Void>> next = waiting.next();
      if (ended.test(next.getKey())) {
        waiting.remove();
        next.getValue().complete(null);
      }
    }
    for (Unreadable next = unreadable.peek(); next != null; next = unreadable.peek()) {
      if (!ended.test(next.place())) {
        deadLetter(next);
      }
      unreadable.remove();
      next.done().complete(null);
    }
  }

  private void deadLetter(Unreadable event) throws InterruptedException {
    ConsumerRecord<String, byte[]> record = event.record();
    LOG.warn("unreadable checkpoint event: {}", event.detail());
    sink.publish(
        DeadLetter.unreadable(
            DeadLetter.CHECKPOINT,
            record.key(),
            event.place(),
            event.detail(),
            record.value(),
            clock.instant()),
        EventIds.deadLetter(event.place()));
  }
}
