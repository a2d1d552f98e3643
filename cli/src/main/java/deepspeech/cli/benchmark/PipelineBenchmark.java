package deepspeech.cli.benchmark;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.cli.dispatch.CommandLineDispatch;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.LoggedProgram;
import deepspeech.cli.progress.RunFollower;
import deepspeech.cli.progress.RunProgress;
import deepspeech.cli.stack.LocalStack;
import deepspeech.messages.Json;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains a configuration three times: without a pipeline, through the pipeline, and without again,
 * so that a machine that gets slower or faster meanwhile shows.
 */
public final class PipelineBenchmark {
  private static final Duration ACCEPTED_WITHIN = Duration.ofMinutes(2);
  private static final Duration TESTED_WITHIN = Duration.ofMinutes(10);

  private final LocalStack stack;
  private final BrokerConfiguration broker;
  private final Consumer<String> notes;

  /**
   * Creates a benchmark of a running stack that trains nothing else.
   *
   * @param notes receives messages for the user, one line each
   */
  public PipelineBenchmark(LocalStack stack, BrokerConfiguration broker, Consumer<String> notes) {
    this.stack = stack;
    this.broker = broker;
    this.notes = notes;
  }

  /**
   * Measures.
   *
   * @param devices what PyTorch sees, in one line
   * @throws CommandFailedException if a training does not end well, or is too short
   */
  public BenchmarkResult perform(RunId run, TrainingConfiguration configuration, String devices)
      throws InterruptedException {
    notes.accept("Training without the pipeline");
    BareTraining before = bare(new RunId(run + "-before"), configuration);
    notes.accept("Training through the pipeline, as run " + run);
    MemoryWatch memory = new MemoryWatch();
    train(run, configuration, memory);
    PipelineTime time = PipelineTime.of(reports(run), before);
    notes.accept("Training without the pipeline again");
    BareTraining after = bare(new RunId(run + "-after"), configuration);
    List<PartMemory> parts = memory.parts();
    if (after.memory() != null) {
      parts.add(new PartMemory("bare step", after.memory()));
    }
    int gpus = configuration.useGpu() ? before.devices() : 0;
    return BenchmarkResult.of(devices, gpus, time, before, after, parts);
  }

  private BareTraining bare(RunId name, TrainingConfiguration configuration)
      throws InterruptedException {
    try {
      Path result = Files.createTempFile("deepspeech-bare-step", ".json");
      try {
        LoggedProgram.run(
            stack.bareStep(List.of(name.value(), result.toString(), Json.writeText(configuration))),
            stack.logOf("bare-step"));
        return Json.read(Files.readAllBytes(result), BareTraining.class);
      } finally {
        Files.delete(result);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the result of the bare step: " + e.getMessage(), e);
    }
  }

  private void train(RunId run, TrainingConfiguration configuration, MemoryWatch memory)
      throws InterruptedException {
    var unused =
        CommandLineDispatch.to(broker, ACCEPTED_WITHIN).send(new Command.Train(run, configuration));
    RunProgress progress = new RunProgress(run, ZoneId.systemDefault(), line -> {});
    new RunFollower(broker, TESTED_WITHIN, notes)
        .follow(
            progress,
            () -> {
              if (progress.state().filter(s -> s.status() == RunStatus.RUNNING).isPresent()) {
                memory.look(stack.processes());
              }
              return stack.failure();
            });
    Optional<RunState> end = progress.state();
    if (end.filter(state -> state.status() == RunStatus.FINISHED).isEmpty()) {
      throw new CommandFailedException(
          "run %s %s: %s"
              .formatted(
                  run,
                  end.map(RunState::status).orElse(null),
                  end.map(RunState::reason).orElse(null)));
    }
  }

  private List<ProgressReport> reports(RunId run) throws InterruptedException {
    try (EventTail<MetricPoint> points =
        EventTail.of(broker, Topics.METRICS, MetricPoint.class, EventTail.Start.BEGINNING)) {
      return ProgressReport.of(run, points.upToNow().stream().map(ReceivedEvent::body).toList());
    }
  }
}
