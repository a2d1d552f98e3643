package deepspeech.dataprep.service;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * Which requests of this replica's partitions were received, begun and answered, and below which
 * offset all are answered. A partition that is given away begins no further request, so that the
 * replica that gets it answers the rest, and none twice. Thread-safe.
 */
@ApplicationScoped
public class AnsweredOffsets {
  private final Map<TopicPartition, Requests> partitions = new HashMap<>();

  /** Notes that this replica has these partitions now. */
  synchronized void assign(Collection<TopicPartition> assigned) {
    for (TopicPartition partition : assigned) {
      partitions.put(partition, new Requests());
    }
  }

  /** Notes that a request was received, in the order of the offsets of its partition. */
  synchronized void receive(TopicPartition partition, long offset) {
    Requests requests = partitions.get(partition);
    if (requests != null) {
      requests.open.add(offset);
      requests.next = offset + 1;
    }
  }

  /**
   * Begins a request. Returns false if it is left to the replica that gets its partition, or begun
   * already.
   */
  synchronized boolean begin(TopicPartition partition, long offset) {
    Requests requests = partitions.get(partition);
    return requests != null
        && !requests.leaving
        && requests.open.contains(offset)
        && requests.begun.add(offset);
  }

  /** Notes that a begun request is done. */
  synchronized void end(TopicPartition partition, long offset) {
    Requests requests = partitions.get(partition);
    if (requests != null && requests.begun.remove(offset)) {
      requests.open.remove(offset);
      notifyAll();
    }
  }

  /** Notes that a begun request was given up, so that the next replica answers it. */
  synchronized void giveUp(TopicPartition partition, long offset) {
    Requests requests = partitions.get(partition);
    if (requests != null && requests.begun.remove(offset)) {
      requests.leaving = true;
      notifyAll();
    }
  }

  /** The offsets below which all requests are done, of the partitions where they grew. */
  synchronized Map<TopicPartition, Long> toCommit() {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach(
        (partition, requests) -> {
          if (requests.doneBelow() > requests.committed) {
            offsets.put(partition, requests.doneBelow());
          }
        });
    return offsets;
  }

  /** Notes that the broker has these offsets. */
  synchronized void committed(Map<TopicPartition, Long> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          Requests requests = partitions.get(partition);
          if (requests != null) {
            requests.committed = Math.max(requests.committed, offset);
          }
        });
  }

  /** The partitions that this replica has. */
  synchronized Set<TopicPartition> assigned() {
    return Set.copyOf(partitions.keySet());
  }

  /**
   * Begins no further request of these partitions, and waits for those that are begun.
   *
   * @return false if some were not done within the limit
   */
  synchronized boolean leave(Collection<TopicPartition> leaving, Duration limit)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (TopicPartition partition : leaving) {
      if (partitions.containsKey(partition)) {
        partitions.get(partition).leaving = true;
      }
    }
    while (anyBegun(leaving)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** Notes that this replica does not have these partitions any more. */
  synchronized void forget(Collection<TopicPartition> revoked) {
    partitions.keySet().removeAll(new HashSet<>(revoked));
  }

  private boolean anyBegun(Collection<TopicPartition> among) {
    return among.stream()
        .map(partitions::get)
        .anyMatch(requests -> requests != null && !requests.begun.isEmpty());
  }

  /** The requests of one partition. */
  private static final class Requests {
    private final TreeSet<Long> open = new TreeSet<>();
    private final Set<Long> begun = new HashSet<>();
    private long next;
    private long committed;
    private boolean leaving;

    private long doneBelow() {
      return open.isEmpty() ? next : open.first();
    }
  }
}
