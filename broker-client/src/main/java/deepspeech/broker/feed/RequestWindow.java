package deepspeech.broker.feed;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The batches that are asked for but not yet delivered: at most so many, delivered strictly in
 * order, whatever the order in which their parts come and however often. It knows no Kafka and no
 * clock; times are nanoseconds of one origin. Not thread-safe.
 */
final class RequestWindow {
  /**
   * A request that is to be sent now.
   *
   * @param attempt 1 for the first
   */
  record Ask(BatchPosition position, int attempt) {}

  /** What became of a part. */
  enum Verdict {
    /** It is kept, others of its batch are still to come. */
    KEPT,
    /** It was the last one missing: {@link RequestWindow#join} gives all. */
    COMPLETE,
    /** It is there already, or its batch is not awaited. */
    UNWANTED
  }

  private final BatchSchedule schedule;
  private final int size;
  private final Backoff backoff;
  private final TreeMap<BatchPosition, Slot> slots = new TreeMap<>();
  private BatchPosition head;
  private BatchPosition unasked;

  /**
   * Begins with nothing asked for.
   *
   * @param from first batch to deliver
   * @param size so many batches are asked for ahead, from 1
   */
  RequestWindow(BatchSchedule schedule, BatchPosition from, int size, Backoff backoff) {
    InvalidMessageException.require(size >= 1, "window", size, "a whole number from 1");
    this.schedule = schedule;
    this.size = size;
    this.backoff = backoff;
    this.head = schedule.from(from).orElse(null);
    this.unasked = head;
  }

  /** The batch to be delivered next; empty behind the last. */
  Optional<BatchPosition> head() {
    return Optional.ofNullable(head);
  }

  /** How often the batch at the head was asked for. */
  int attemptsAtHead() {
    Slot slot = head == null ? null : slots.get(head);
    return slot == null ? 0 : slot.attempts;
  }

  /** How many batches are there and not yet delivered. */
  int ready() {
    return (int) slots.values().stream().filter(slot -> slot.state == State.READY).count();
  }

  /** True if no batch that was asked for is missing. */
  boolean idle() {
    return slots.values().stream().allMatch(slot -> slot.state == State.READY);
  }

  /** What to ask for now, in order; it counts as asked for from then on. */
  List<Ask> due(long now) {
    List<Ask> asks = new ArrayList<>();
    slots.forEach(
        (position, slot) -> {
          if (slot.state == State.MISSING && now - slot.deadline >= 0) {
            asks.add(slot.asked(position, now));
          }
        });
    while (unasked != null && slots.size() < size) {
      Slot slot = new Slot();
      slots.put(unasked, slot);
      asks.add(slot.asked(unasked, now));
      unasked = schedule.after(unasked).orElse(null);
    }
    return asks;
  }

  /** Nanoseconds until something is due, at most the limit. */
  long untilDue(long now, long limit) {
    if (unasked != null && slots.size() < size) {
      return 0;
    }
    return slots.values().stream()
        .filter(slot -> slot.state == State.MISSING)
        .mapToLong(slot -> Math.max(0, slot.deadline - now))
        .reduce(limit, Math::min);
  }

  /** True if the batch is asked for and not yet there. */
  boolean awaits(BatchPosition position) {
    Slot slot = slots.get(position);
    return slot != null && slot.state == State.MISSING;
  }

  /**
   * Takes a part in.
   *
   * @param part its number, from 0
   * @param parts parts of its batch, from 1
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
        slot.parts.length + " as in the part before");
    if (slot.parts[part] != null) {
      return Verdict.UNWANTED;
    }
    slot.parts[part] = record;
    somethingCame(now);
    if (Arrays.stream(slot.parts).anyMatch(p -> p == null)) {
      return Verdict.KEPT;
    }
    slot.state = State.JOINING;
    return Verdict.COMPLETE;
  }

  /** The parts of a complete batch, to be decoded; then {@link #ready} or {@link #unusable}. */
  List<FeatureBatchPart> join(BatchPosition position) {
    return List.of(slots.get(position).parts);
  }

  /** The batch is decoded. */
  void ready(BatchPosition position, FeatureBatch batch) {
    Slot slot = slots.get(position);
    slot.state = State.READY;
    slot.batch = batch;
    slot.parts = null;
  }

  /** What came of a batch cannot be read: all of it is asked for again, after a pause. */
  void unusable(BatchPosition position, long now) {
    Slot slot = slots.get(position);
    if (slot != null && slot.state != State.READY) {
      slot.state = State.MISSING;
      slot.parts = null;
      slot.deadline = now + backoff.nanos(slot.attempts) / 10;
      slot.patient = false;
    }
  }

  /** Everything asked for and not complete is due at once. */
  void askAgain(long now) {
    for (Slot slot : slots.values()) {
      if (slot.state == State.MISSING) {
        slot.parts = null;
        slot.deadline = now;
        slot.patient = false;
      }
    }
  }

  /** Delivers the batch at the head, if it is there. */
  Optional<FeatureBatch> take() {
    Slot slot = head == null ? null : slots.get(head);
    if (slot == null || slot.state != State.READY) {
      return Optional.empty();
    }
    slots.remove(head);
    head = schedule.after(head).orElse(null);
    return Optional.of(slot.batch);
  }

  /**
   * While answers come in, data-prep is at work on the requests before the others: asking again
   * would only make it slower. Where one is lost, the window fills up, nothing comes any more, and
   * then it is asked for again.
   */
  private void somethingCame(long now) {
    for (Slot slot : slots.values()) {
      if (slot.state == State.MISSING && slot.patient) {
        long extended =
            Math.min(now + backoff.nanos(1), slot.askedAt + backoff.longest().toNanos());
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
    private long askedAt;
    private boolean patient;
    private long deadline;
    private FeatureBatchPart[] parts;
    private FeatureBatch batch;

    Ask asked(BatchPosition position, long now) {
      attempts++;
      askedAt = now;
      patient = true;
      deadline = now + backoff.nanos(attempts);
      return new Ask(position, attempts);
    }
  }
}
