package deepspeech.trainer.service;

import deepspeech.acoustic.model.Devices;
import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.run.RunState;
import deepspeech.messages.trainer.TrainerMessage;
import deepspeech.runtime.schedule.RepeatedTask;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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

  /** After this time every other trainer that lives has published its presence. */
  static final Duration SETTLING = Duration.ofSeconds(10);

  private final String trainer;
  private final EventPublisher publisher;
  private final TrainerDevices devices;
  private final LongSupplier nanoseconds;
  private final String process = UUID.randomUUID().toString();
  private final Map<String, Seen> others = new ConcurrentHashMap<>();

  /**
   * Since when the messages of this trainer have come back without a gap; empty if they have not.
   */
  private OptionalLong connectedSince = OptionalLong.empty();

  private long lastEcho;
  private final RepeatedTask messages = new RepeatedTask("trainer-presence", this::publish);

  private record Seen(int gpus, String process, long at) {}

  /**
   * Knows no other trainer yet.
   *
   * @param trainer the name of this trainer
   * @param devices the devices of this trainer
   * @param nanoseconds the process clock in nanoseconds, such as {@link System#nanoTime}
   */
  TrainerPresence(
      String trainer, EventPublisher publisher, TrainerDevices devices, LongSupplier nanoseconds) {
    this.trainer = trainer;
    this.publisher = publisher;
    this.devices = devices;
    this.nanoseconds = nanoseconds;
  }

  /** Starts to publish the presence of this trainer. */
  void start() {
    messages.start(Duration.ZERO, INTERVAL);
  }

  private void publish() {
    var unused =
        publisher
            .send(new TrainerMessage.Present(trainer, devices.gpus(), process, devices.report()))
            .exceptionally(
                failure -> {
                  LOG.debug("the presence of this trainer was not published", failure);
                  return null;
                });
  }

  /** Takes note of a trainer. */
  void seen(TrainerMessage.Present present) {
    long now = nanoseconds.getAsLong();
    if (present.trainer().equals(trainer)) {
      echo(now);
      return;
    }
    Seen before = others.put(present.trainer(), new Seen(present.gpus(), present.process(), now));
    boolean isNew = before == null || !Objects.equals(before.process(), present.process());
    if (isNew) {
      // A trainer that has just started should know this one at once.
      messages.soon();
    }
  }

  /** A message of this trainer has come back, so those of the others arrive too. */
  private synchronized void echo(long now) {
    if (connectedSince.isEmpty() || now - lastEcho > LIFETIME.toNanos()) {
      connectedSince = OptionalLong.of(now);
    }
    lastEcho = now;
  }

  /**
   * Returns true if every other trainer that lives is known: not in the first seconds after the
   * start of this trainer, nor while the broker is away and in the first seconds afterwards.
   */
  synchronized boolean knowsOthers() {
    long now = nanoseconds.getAsLong();
    return connectedSince.isPresent()
        && now - lastEcho <= LIFETIME.toNanos()
        && now - connectedSince.getAsLong() >= SETTLING.toNanos();
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

  /** Returns true if another trainer may have enough memory for a run, even one not known yet. */
  boolean mayBeForAnother(RunState state) {
    return !knowsOthers() || anotherCanTrain(state);
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
    return hasDevices(state.configuration())
        && (!state.assignment().isTooLargeFor(trainer) || !mayBeForAnother(state));
  }

  /** Returns true if the trainer of that name is there, has the devices and may have the memory. */
  boolean canTrain(String name, RunState state) {
    return name.equals(trainer)
        ? canTrain(state)
        : Optional.ofNullable(others.get(name))
            .filter(this::lives)
            .filter(other -> hasDevices(state.configuration(), other.gpus()))
            .filter(other -> !state.assignment().isTooLargeFor(name))
            .isPresent();
  }

  /** Returns true if this trainer has the devices for a configuration. */
  boolean hasDevices(TrainingConfiguration configuration) {
    return hasDevices(configuration, devices.gpus());
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
    messages.close();
  }
}
