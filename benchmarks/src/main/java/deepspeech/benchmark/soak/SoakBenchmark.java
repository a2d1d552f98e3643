package deepspeech.benchmark.soak;

import deepspeech.benchmark.BenchmarkCorpus;
import deepspeech.benchmark.BenchmarkFolder;
import deepspeech.broker.command.CommandDispatch;
import deepspeech.broker.events.EventTail;
import deepspeech.broker.events.ReceivedEvent;
import deepspeech.messages.command.Command;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunState;
import deepspeech.messages.run.RunStatus;
import deepspeech.messages.topic.Topics;
import deepspeech.runtime.process.ProcessMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The resident memory of every process of the pipeline while a small model is trained for many
 * steps, with a checkpoint and its test at the end of each epoch. Utterances have many lengths. Run
 * by {@code benchmarks/run soak}; writes {@code memory.csv} and {@code memory.svg}.
 */
public final class SoakBenchmark {
  private static final RunId RUN = new RunId("soak");
  private static final Duration ACCEPTED_WITHIN = Duration.ofMinutes(2);
  private static final double SHORTEST_SECONDS = 0.4;
  private static final double LONGEST_SECONDS = 1.6;
  private static final int TEST_UTTERANCES = 20;

  /** Without the blank between words: a text of blanks has no label, and is skipped. */
  private static final List<String> LETTERS =
      BenchmarkCorpus.TOKENS.subList(0, BenchmarkCorpus.TOKENS.size() - 1);

  private static final int WARM_SHARE = 4;

  private final SoakSettings settings;
  private final LocalPipeline pipeline;
  private final Map<String, List<MemorySample>> samples = new LinkedHashMap<>();

  private SoakBenchmark(SoakSettings settings, LocalPipeline pipeline) {
    this.settings = settings;
    this.pipeline = pipeline;
  }

  /**
   * Trains, and prints the memory of each process.
   *
   * @param arguments {@code name=value}, see {@link SoakSettings}
   */
  public static void main(String[] arguments) throws Exception {
    SoakSettings settings;
    try {
      settings = new SoakSettings(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks/run soak: " + e.getMessage());
      System.exit(2);
      return;
    }
    Files.createDirectories(settings.output());
    Path data = Files.createTempDirectory("deepspeech-soak").toRealPath();
    try (BenchmarkCorpus corpus = BenchmarkCorpus.write(1, 16_000)) {
      for (String split : List.of("train", "test")) {
        corpus.speech(
            split,
            split.equals("train") ? settings.utterances() : TEST_UTTERANCES,
            SHORTEST_SECONDS,
            LONGEST_SECONDS,
            LETTERS);
      }
      try (LocalPipeline pipeline = LocalPipeline.start(data, corpus.root())) {
        new SoakBenchmark(settings, pipeline).measure();
      }
    } finally {
      BenchmarkFolder.delete(data);
    }
  }

  private void measure() throws IOException, InterruptedException {
    var unused =
        new CommandDispatch(pipeline.broker(), "/benchmarks", ACCEPTED_WITHIN)
            .send(new Command.Train(RUN, configuration()));
    System.out.printf(
        "training %d x %d for %d epochs of %d utterances in batches of %d%n",
        settings.layers(),
        settings.units(),
        settings.epochs(),
        settings.utterances(),
        settings.batch());
    RunState end = sampleUntilEnd();
    List<MemoryCurve> curves =
        samples.entrySet().stream()
            .map(entry -> new MemoryCurve(entry.getKey(), entry.getValue()))
            .toList();
    write(curves);
    long warm = settings.steps() / WARM_SHARE;
    curves.forEach(curve -> System.out.println(curve.line(warm)));
    System.out.printf("%s and memory.svg%n", settings.output().resolve("memory.csv"));
    if (end.status() != RunStatus.FINISHED) {
      throw new IllegalStateException("the run is " + end.status() + ": " + end.reason());
    }
  }

  private TrainingConfiguration configuration() {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("train_manifest", "manifest.train");
    given.put("test_manifest", "manifest.test");
    given.put("vocab_path", "vocab.txt");
    given.put("mean_std_path", "mean_std.npz");
    given.put("augment_conf_path", null);
    given.put("num_rnn_layers", settings.layers());
    given.put("rnn_layer_size", settings.units());
    given.put("batch_size", settings.batch());
    given.put("num_epoch", settings.epochs());
    given.put("log_interval", 10);
    given.put("use_gpu", false);
    return TrainingConfiguration.of(given);
  }

  private RunState sampleUntilEnd() throws IOException, InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add("seconds,step,process,anonymous_kib,resident_kib,peak_kib");
    Path table = settings.output().resolve("memory.csv");
    Files.write(table, lines);
    long begin = System.nanoTime();
    long step = 0;
    double next = 0;
    try (EventTail<RunState> states =
        EventTail.of(pipeline.broker(), Topics.RUNS, RunState.class, EventTail.Start.BEGINNING)) {
      while (true) {
        Optional<RunState> state = states.next(Duration.ofMillis(500)).map(ReceivedEvent::body);
        if (state.isPresent() && state.get().position() != null) {
          step = state.get().position().step();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        boolean over = state.filter(s -> s.status().ended()).isPresent();
        if (seconds >= next || over) {
          next = seconds + settings.every();
          Files.write(table, sample(seconds, step), StandardOpenOption.APPEND);
        }
        if (over) {
          return state.get();
        }
      }
    }
  }

  /** Returns the lines for the table. */
  private List<String> sample(double seconds, long step) {
    List<String> lines = new ArrayList<>();
    pipeline
        .processes()
        .forEach(
            (process, id) -> {
              ProcessMemory memory =
                  ProcessMemory.of(id)
                      .orElseThrow(() -> new IllegalStateException(process + " has ended"));
              samples
                  .computeIfAbsent(process, name -> new ArrayList<>())
                  .add(new MemorySample(seconds, step, process, memory));
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "%.1f,%d,%s,%d,%d,%d",
                      seconds,
                      step,
                      process,
                      memory.anonymous() / 1024,
                      memory.resident() / 1024,
                      memory.peak() / 1024));
            });
    return lines;
  }

  private void write(List<MemoryCurve> curves) throws IOException {
    String title =
        String.format(
            Locale.ROOT,
            "Memory in no file of each process, %,d steps",
            curves.get(0).samples().stream().mapToLong(MemorySample::step).max().orElse(0));
    Files.writeString(settings.output().resolve("memory.svg"), MemoryPlot.of(curves, title));
  }
}
