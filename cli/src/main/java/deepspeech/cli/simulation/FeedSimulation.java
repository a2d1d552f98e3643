package deepspeech.cli.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A discrete-event simulation of trainers and their batches. It follows {@code RequestWindow} of
 * broker-client: a trainer has a number of batches requested or ready, takes them in order, and
 * requests the next one when it takes one. A request goes to a replica of data-prep, the batch
 * through the partition of the run and the broker that leads it. Each of these is a server with a
 * queue in the order of arrival. Each trainer trains its own sequence of batches, and the
 * simulation ends when the first one has trained all.
 *
 * <p>Deterministic. For one use, and not thread-safe.
 */
final class FeedSimulation {
  private enum Stage {
    REQUESTED,
    PREPARED,
    PUBLISHED,
    DELIVERED,
    TRAINED
  }

  private record Event(double time, long number, Stage stage, Trainer trainer, int batch) {}

  private final FeedTopology topology;
  private final int warmUp;
  private final List<Trainer> trainers = new ArrayList<>();
  private final List<FifoServers> replicas;
  private final List<FifoServers> brokers;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::time).thenComparingLong(Event::number));
  private long eventCount;
  private boolean ended;

  /**
   * Prepares a simulation.
   *
   * @param batches the batches of each trainer in their order, at least one trainer
   * @param warmUp steps of each trainer that are not measured, from 0, fewer than its batches
   * @param seed decides at which partition of the requests each run begins
   */
  FeedSimulation(FeedTopology topology, List<List<BatchTimes>> batches, int warmUp, long seed) {
    this.topology = topology;
    this.warmUp = warmUp;
    SplittableRandom random = new SplittableRandom(seed);
    for (List<BatchTimes> own : batches) {
      // Runs are at different places of their epochs, so their requests go to different partitions.
      int firstRequest = random.nextInt(topology.replicas().partitions());
      trainers.add(new Trainer(own, trainers.size() % topology.brokers(), firstRequest));
    }
    replicas = servers(topology.replicas().replicas());
    brokers = servers(topology.brokers());
  }

  private static List<FifoServers> servers(int count) {
    return IntStream.range(0, count).mapToObj(server -> new FifoServers(1)).toList();
  }

  /** Simulates until the first trainer has trained its last batch. */
  FeedOutcome run() {
    for (Trainer trainer : trainers) {
      for (int batch = 0; batch < topology.batchesAhead(); batch++) {
        request(trainer, 0);
      }
    }
    double now = 0;
    while (!ended) {
      Event event = events.remove();
      now = event.time;
      advance(event);
    }
    double end = now;
    return new FeedOutcome(
        trainers.stream().mapToDouble(trainer -> trainer.waited(end)).sum()
            / trainers.stream().mapToDouble(trainer -> trainer.elapsed(end)).sum(),
        trainers.stream().mapToDouble(trainer -> trainer.rate(end)).sum());
  }

  private void advance(Event event) {
    Trainer trainer = event.trainer;
    BatchTimes times = trainer.batches.get(event.batch);
    double now = event.time;
    switch (event.stage) {
      case REQUESTED -> {
        int replica = topology.replicas().replica(trainer.firstRequest + event.batch);
        double done = replicas.get(replica).serve(now, times.preparation());
        schedule(done, Stage.PREPARED, trainer, event.batch);
      }
      case PREPARED -> {
        double done = trainer.partition.serve(now, times.partition());
        schedule(done, Stage.PUBLISHED, trainer, event.batch);
      }
      case PUBLISHED -> {
        double done = brokers.get(trainer.leader).serve(now, times.leader());
        schedule(done + topology.latency(), Stage.DELIVERED, trainer, event.batch);
      }
      case DELIVERED -> {
        trainer.delivered[event.batch] = true;
        if (trainer.idle) {
          stepIfReady(trainer, now);
        }
      }
      case TRAINED -> {
        trainer.trained++;
        trainer.idle = true;
        trainer.idleSince = now;
        if (trainer.trained == warmUp) {
          trainer.measuredFrom = now;
        }
        ended = trainer.trained == trainer.batches.size();
        stepIfReady(trainer, now);
      }
    }
  }

  private void stepIfReady(Trainer trainer, double now) {
    int batch = trainer.trained;
    if (batch == trainer.batches.size() || !trainer.delivered[batch]) {
      return;
    }
    trainer.idle = false;
    if (batch >= warmUp) {
      trainer.waited += now - trainer.idleSince;
    }
    request(trainer, now);
    schedule(now + trainer.batches.get(batch).step(), Stage.TRAINED, trainer, batch);
  }

  private void request(Trainer trainer, double now) {
    if (trainer.requested < trainer.batches.size()) {
      schedule(now + topology.latency(), Stage.REQUESTED, trainer, trainer.requested++);
    }
  }

  private void schedule(double time, Stage stage, Trainer trainer, int batch) {
    events.add(new Event(time, eventCount++, stage, trainer, batch));
  }

  /** The state of one trainer. */
  private final class Trainer {
    private final List<BatchTimes> batches;
    private final int leader;
    private final int firstRequest;
    private final FifoServers partition = new FifoServers(1);
    private final boolean[] delivered;
    private int requested;
    private int trained;
    private boolean idle = true;
    private double idleSince;
    private double measuredFrom;
    private double waited;

    Trainer(List<BatchTimes> batches, int leader, int firstRequest) {
      this.batches = batches;
      this.leader = leader;
      this.firstRequest = firstRequest;
      this.delivered = new boolean[batches.size()];
    }

    private boolean isMeasured() {
      return trained > warmUp;
    }

    double elapsed(double end) {
      return isMeasured() ? end - measuredFrom : 0;
    }

    double waited(double end) {
      return isMeasured() ? waited + (idle ? end - idleSince : 0) : 0;
    }

    double rate(double end) {
      return isMeasured() ? (trained - warmUp) / elapsed(end) : 0;
    }
  }
}
