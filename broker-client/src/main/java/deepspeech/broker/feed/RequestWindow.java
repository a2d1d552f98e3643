package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.runtime.retry.Backoff;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The batches that are requested but not yet delivered. Their number is bounded, and they are
 * delivered strictly in order. Their parts may arrive in any order and repeatedly. The window knows
 * no Kafka and no clock: times are nanoseconds of one origin. Not thread-safe.
 */
final class RequestWindow {
  /**
   * A request to send now.
   *
   * @param attempt from 1
   */
  record DueRequest(BatchPosition position, int attempt) {}

  /** The result of offering a part. */
  enum Verdict {
    /** The part is stored. Other parts of its batch are missing. */
    STORED,
    /** The part was the last missing one. {@link RequestWindow#join} returns all parts. */
    COMPLETE,
    /** The part is a duplicate, or its batch is not awaited. */
    UNWANTED
  }

  private final BatchSchedule schedule;
  private final WindowSize size;
  private final Backoff backoff;
  private final TreeMap<BatchPosition, Slot> slots = new TreeMap<>();
  private BatchPosition head;
  private BatchPosition unrequested;

  /**
   * Creates a window without requests.
   *
   * @param from first batch to deliver
   * @param prefetch how many batches are requested ahead
   */
  RequestWindow(BatchSchedule schedule, BatchPosition from, Prefetch prefetch, Backoff backoff) {
    this.schedule = schedule;
    this.size = new WindowSize(prefetch);
    this.backoff = backoff;
    this.head = schedule.from(from).orElse(null);
    this.unrequested = head;
  }

  /** The next batch to deliver; empty after the last one. */
  Optional<BatchPosition> head() {
    return Optional.ofNullable(head);
  }

  /** How often the batch at the head was requested. */
  int attemptsAtHead() {
    Slot slot = head == null ? null : slots.get(head);
    return slot == null ? 0 : slot.attempts;
  }

  /** Number of decoded batches that are not yet delivered. */
  int ready() {
    return (int) slots.values().stream().filter(slot -> slot.state == State.READY).count();
  }

  /**
   * Records how long the consumer has used a batch and has then waited for the next one, which may
   * change the number of requested ones.
   */
  void delivered(long usedNanos, long waitedNanos) {
    size.delivered(usedNanos, waitedNanos);
  }

  /** True if no requested batch is missing. */
  boolean idle() {
    return slots.values().stream().allMatch(slot -> slot.state == State.READY);
  }

  /** The requests to send now, in order. They count as sent. */
  List<DueRequest> due(long now) {
    List<DueRequest> requests = new ArrayList<>();
    slots.forEach(
        (position, slot) -> {
          if (slot.state == State.MISSING && now - slot.deadline >= 0) {
            requests.add(slot.request(position, now));
          }
        });
    while (unrequested != null && slots.size() < size.batches()) {
      Slot slot = new Slot();
      slots.put(unrequested, slot);
      requests.add(slot.request(unrequested, now));
      unrequested = schedule.after(unrequested).orElse(null);
    }
    return requests;
  }

  /** Nanoseconds until the next request is due, at most the limit. */
  long untilDue(long now, long limit) {
    if (unrequested != null && slots.size() < size.batches()) {
      return 0;
    }
    return slots.values().stream()
        .filter(slot -> slot.state == State.MISSING)
        .mapToLong(slot -> Math.max(0, slot.deadline - now))
        .reduce(limit, Math::min);
  }

  /** True if the batch is requested and has not arrived. */
  boolean awaits(BatchPosition position) {
    Slot slot = slots.get(position);
    return slot != null && slot.state == State.MISSING;
  }

  /**
   * Offers a part that has arrived.
   *
   * @param part its number, from 0
   * @param parts number of parts of its batch, from 1
   * @throws InvalidMessageException if the numbers contradict each other or an earlier part
   */
  Verdict offer(BatchPosition position, int part, int parts, FeatureBatchPart record, long now) {
    InvalidMessageException.require(parts >= 1, "ds_parts", parts, "a whole number from 1");
    InvalidMessageException.require(
        part >= 0 && part < parts, "ds_part", part, "0 to " + (parts - 1));
    if (!awaits(position)) {
      return Verdict.UNWANTED;
    }
    Slot slot = slots.get(position);
    if (slot.parts == null) {
      slot.parts = new FeatureBatchPart[parts];
    }
    InvalidMessageException.require(
        slot.parts.length == parts,
        "ds_parts",
        parts,
        slot.parts.length + ", as in the previous part");
    if (slot.parts[part] != null) {
      return Verdict.UNWANTED;
    }
    slot.parts[part] = record;
    extendDeadlines(now);
    if (Arrays.stream(slot.parts).anyMatch(p -> p == null)) {
      return Verdict.STORED;
    }
    slot.state = State.JOINING;
    return Verdict.COMPLETE;
  }

  /**
   * The parts of a complete batch. The caller decodes them and then calls {@link #ready} or {@link
   * #unusable}.
   */
  List<FeatureBatchPart> join(BatchPosition position) {
    return List.of(slots.get(position).parts);
  }

  /** Stores the decoded batch. */
  void ready(BatchPosition position, FeatureBatch batch) {
    Slot slot = slots.get(position);
    slot.state = State.READY;
    slot.batch = batch;
    slot.parts = null;
  }

  /**
   * Discards the parts of a batch that cannot be read. The whole batch is requested again after a
   * pause.
   */
  void unusable(BatchPosition position, long now) {
    Slot slot = slots.get(position);
    if (slot != null && slot.state != State.READY) {
      slot.state = State.MISSING;
      slot.parts = null;
      slot.deadline = now + backoff.nanos(slot.attempts) / 10;
      slot.patient = false;
    }
  }

  /** Returns the batch at the head, if it is decoded. */
  Optional<FeatureBatch> peek() {
    Slot slot = head == null ? null : slots.get(head);
    return slot == null || slot.state != State.READY ? Optional.empty() : Optional.of(slot.batch);
  }

  /** Removes and returns the batch at the head, if it is decoded. */
  Optional<FeatureBatch> take() {
    Optional<FeatureBatch> batch = peek();
    if (batch.isPresent()) {
      slots.remove(head);
      head = schedule.after(head).orElse(null);
    }
    return batch;
  }

  /**
   * Extends the deadlines. While answers arrive, data-prep works on the earlier requests, and a
   * retry would only slow it down. If one answer is lost, the window fills up and no more answers
   * arrive. Then the missing batch is requested again.
   */
  private void extendDeadlines(long now) {
    for (Slot slot : slots.values()) {
      if (slot.state == State.MISSING && slot.patient) {
        long extended =
            Math.min(now + backoff.nanos(1), slot.requestedAt + backoff.longest().toNanos());
        slot.deadline = Math.max(slot.deadline, extended);
      }
    }
  }

  private enum State {
    MISSING,
    JOINING,
    READY
  }

  private final class Slot {
    private State state = State.MISSING;
    private int attempts;
    private long requestedAt;
    private boolean patient;
    private long deadline;
    private FeatureBatchPart[] parts;
    private FeatureBatch batch;

    DueRequest request(BatchPosition position, long now) {
      attempts++;
      requestedAt = now;
      patient = true;
      deadline = now + backoff.nanos(attempts);
      return new DueRequest(position, attempts);
    }
  }
}
