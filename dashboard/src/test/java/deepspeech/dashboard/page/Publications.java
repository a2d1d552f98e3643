package deepspeech.dashboard.page;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventPublisher;
import deepspeech.messages.event.CloudEvent;
import deepspeech.messages.event.EventTypes;
import deepspeech.messages.topic.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Publishes what services report about runs, as the JSON of the contract. */
final class Publications implements AutoCloseable {
  static final int BATCHES = 20;
  static final int EPOCHS = 5;

  /** Half a minute between steps, from here. */
  static final Instant START = Instant.parse("2026-11-22T08:00:00Z");

  private final EventPublisher publisher;

  Publications(BrokerConfiguration broker) {
    publisher = new EventPublisher(broker, "/test");
  }

  /** A run that is under way, with curves, checkpoints, results and skipped utterances. */
  void runUnderWay(String run, int steps) {
    state(
        run,
        "running",
        steps,
        Map.of("warnings", List.of("corpus/manifest.train: 2 texts have unknown characters")));
    points(run, 1, steps);
    for (int epoch = 1; epoch * BATCHES <= steps; epoch++) {
      checkpoint(run, epoch);
      evaluation(run, epoch, SAMPLES);
    }
    for (int line = 1; line <= 30; line++) {
      deadLetter(
          run,
          "wav/train_%04d.wav".formatted(line),
          line % 3 == 0 ? "missing_audio" : "too_long",
          line);
    }
  }

  static final List<Map<String, Object>> SAMPLES =
      List.of(
          Map.of(
              "utterance",
              1,
              "reference",
              "seven four one",
              "hypothesis",
              "seven for on",
              "edits",
              2),
          Map.of("utterance", 2, "reference", "two", "hypothesis", "two", "edits", 0),
          Map.of("utterance", 3, "reference", "今天天气", "hypothesis", "今天天汽好", "edits", 2));

  void state(String run, String status, int steps, Map<String, Object> more) {
    Map<String, Object> state = new HashMap<>();
    state.put("run", run);
    state.put("status", status);
    state.put("configuration", Map.of("num_epoch", EPOCHS, "batch_size", 16));
    state.put("commands", List.of());
    if (steps > 0) {
      state.put(
          "position",
          Map.of(
              "epoch",
              Math.min(EPOCHS, steps / BATCHES + 1),
              "batch",
              steps % BATCHES,
              "batches",
              BATCHES,
              "step",
              steps));
    }
    if (steps >= BATCHES) {
      state.put("last_checkpoint", "epoch-%04d".formatted(steps / BATCHES));
    }
    state.put("training_samples", 320);
    state.put("time", at(steps).toString());
    state.putAll(more);
    send(Topics.RUNS, run, EventTypes.RUN_STATE, state);
  }

  /** The points of steps, both included. */
  void points(String run, int from, int to) {
    CompletableFuture<?>[] sent =
        IntStream.rangeClosed(from, to)
            .boxed()
            .flatMap(
                step ->
                    Stream.of(
                        point(run, "train_loss", 160 * Math.exp(-step / 40.0) + 8, step),
                        point(run, "learning_rate", 0.001, step),
                        point(run, "gradient_norm", 40 + step % 7, step),
                        point(run, "eta_seconds", 600 - step, step),
                        point(run, "samples_per_second", 30 + step % 3, step),
                        point(run, "share_computing", 0.8, step),
                        point(run, "share_waiting", 0.15, step),
                        point(run, "share_checkpoint", 0.05, step)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(sent).join();
  }

  CompletableFuture<Void> point(String run, String name, double value, int step) {
    return publish(
        Topics.METRICS,
        run,
        EventTypes.METRIC_POINT,
        Map.of(
            "run", run,
            "name", name,
            "value", value,
            "step", step,
            "epoch", (step - 1) / BATCHES + 1,
            "batch", (step - 1) % BATCHES + 1,
            "time", at(step).toString()));
  }

  void checkpoint(String run, int epoch) {
    int step = epoch * BATCHES;
    String id = "epoch-%04d".formatted(epoch);
    send(
        Topics.CHECKPOINTS,
        run,
        EventTypes.CHECKPOINT_COMMITTED,
        Map.of(
            "run", run,
            "checkpoint", id,
            "epoch", epoch,
            "batch", BATCHES,
            "step", step,
            "uri", "s3://deepspeech/runs/" + run + "/checkpoints/" + id + "/",
            "files",
                List.of(
                    Map.of(
                        "name", "model.safetensors", "size", 8_000_000, "sha256", "0".repeat(64))),
            "time", at(step).toString()));
    point(run, "checkpoint_bytes", 8_000_000, step).join();
    point(run, "checkpoint_seconds", 1.5, step).join();
  }

  void evaluation(String run, int epoch, List<Map<String, Object>> samples) {
    int step = epoch * BATCHES;
    double cer = 0.5 / epoch;
    Map<String, Object> evaluation = new HashMap<>();
    evaluation.put("run", run);
    evaluation.put("checkpoint", "epoch-%04d".formatted(epoch));
    evaluation.put("epoch", epoch);
    evaluation.put("batch", BATCHES);
    evaluation.put("step", step);
    evaluation.put("cer", cer);
    evaluation.put("wer", 2 * cer);
    evaluation.put("utterances", 100);
    evaluation.put("left_out", 0);
    evaluation.put("reference_characters", 2000);
    evaluation.put("substitutions", 50);
    evaluation.put("insertions", 10);
    evaluation.put("deletions", 20);
    evaluation.put("samples", samples);
    evaluation.put("seconds", 4.5);
    evaluation.put("time", at(step).toString());
    send(Topics.EVALUATIONS, run, EventTypes.EVALUATION, evaluation);
    point(run, "test_cer", cer, step).join();
    point(run, "test_wer", 2 * cer, step).join();
  }

  void deadLetter(String run, String subject, String reason, int line) {
    send(
        Topics.DEAD_LETTERS,
        run,
        EventTypes.DEAD_LETTER,
        Map.of(
            "kind",
            "utterance",
            "run",
            run,
            "subject",
            subject,
            "split",
            "train",
            "utterance",
            line,
            "reason",
            reason,
            "detail",
            "about " + subject,
            "time",
            at(line).toString()));
  }

  private static Instant at(int step) {
    return START.plusSeconds(30L * step);
  }

  private void send(String topic, String run, String type, Map<String, ?> body) {
    publish(topic, run, type, body).join();
  }

  private CompletableFuture<Void> publish(
      String topic, String run, String type, Map<String, ?> body) {
    return publisher.send(
        topic,
        null,
        run,
        new CloudEvent(UUID.randomUUID().toString(), type, "/test", Instant.now()),
        body);
  }

  @Override
  public void close() {
    publisher.close();
  }
}
