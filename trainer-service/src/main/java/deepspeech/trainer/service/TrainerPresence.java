package deepspeech.trainer.service;

import deepspeech.acoustic.model.Devices;
import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunState;
import deepspeech.messages.trainer.TrainerMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the other trainers that this one is there, and knows which others are. */
final class TrainerPresence implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerPresence.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** A trainer that has been silent for longer is gone. */
  static final Duration LIFETIME = Duration.ofSeconds(15);

  private final String trainer;
  private final EventPublisher publisher;
  private final IntSupplier gpus;
  private final LongSupplier nanoseconds;
  private final Map<String, Seen> others = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread presence = new Thread(task, "trainer-presence");
            presence.setDaemon(true);
            return presence;
          });

  private record Seen(int gpus, long at) {}

  /**
   * Knows no other trainer yet.
   *
   * @param trainer the name of this trainer
   * @param gpus returns the number of GPUs of this trainer
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  TrainerPresence(
      String trainer, EventPublisher publisher, IntSupplier gpus, LongSupplier nanoseconds) {
    this.trainer = trainer;
    this.publisher = publisher;
    this.gpus = gpus;
    this.nanoseconds = nanoseconds;
  }

  /** Starts to publish the presence of this trainer. */
  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::publish, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** An exception would end the schedule for good. */
  private void publish() {
    try {
      var unused =
          publisher
              .send(new TrainerMessage.Present(trainer, gpus.getAsInt()))
              .exceptionally(
                  failure -> {
                    LOG.debug("the presence of this trainer was not published", failure);
                    return null;
                  });
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("the presence of this trainer was not published: {}", e.toString());
    }
  }

  /** Takes note of a trainer. */
  void seen(TrainerMessage.Present present) {
    if (present.trainer().equals(trainer)) {
      return;
    }
    Seen before = others.put(present.trainer(), new Seen(present.gpus(), nanoseconds.getAsLong()));
    if (before == null && !thread.isShutdown()) {
      // A trainer that has just started should know this one at once.
      thread.execute(this::publish);
    }
  }

  /** Returns true if the trainer of that name lives. */
  boolean isThere(String name) {
    return name.equals(trainer)
        || Optional.ofNullable(others.get(name)).filter(this::lives).isPresent();
  }

  /** Returns true if another trainer is there that has the devices for a configuration. */
  boolean anotherHasDevices(TrainingConfiguration configuration) {
    return another(configuration, name -> true);
  }

  /** Returns true if another trainer is there that has the devices and may have the memory. */
  boolean anotherCanTrain(RunState state) {
    return another(state.configuration(), name -> !state.assignment().isTooLargeFor(name));
  }

  private boolean another(TrainingConfiguration configuration, Predicate<String> isSuitable) {
    return others.entrySet().stream()
        .filter(other -> lives(other.getValue()))
        .filter(other -> hasDevices(configuration, other.getValue().gpus()))
        .anyMatch(other -> isSuitable.test(other.getKey()));
  }

  /**
   * Returns true if this trainer has the devices for a run. A run whose batches do not fit into its
   * memory is left to the others, as long as one of them may have enough.
   */
  boolean canTrain(RunState state) {
    return hasDevices(state.configuration(), gpus.getAsInt())
        && (!state.assignment().isTooLargeFor(trainer) || !anotherCanTrain(state));
  }

  private boolean lives(Seen seen) {
    return nanoseconds.getAsLong() - seen.at() <= LIFETIME.toNanos();
  }

  /** Returns true if a trainer with a number of GPUs has the devices for a configuration. */
  static boolean hasDevices(TrainingConfiguration configuration, int gpus) {
    try {
      var unused = Devices.resolve(configuration.useGpu(), configuration.devices(), gpus);
      return true;
    } catch (InvalidMessageException e) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
