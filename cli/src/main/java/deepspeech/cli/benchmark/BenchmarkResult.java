package deepspeech.cli.benchmark;

import java.util.List;

/**
 * What was measured, as JSON has it.
 *
 * @param devices what PyTorch sees, in one line
 * @param gpus number of devices of a step that are GPUs; 0 on the CPU
 * @param threads that share a step on the CPU
 * @param samplesPerSecond utterances a second: of the bare step before and after the pipeline, and
 *     of the pipeline
 * @param ratio the pipeline's rate, divided by that of both measurements of the bare step together
 * @param shares of the trainer's time
 */
public record BenchmarkResult(
    String devices,
    int gpus,
    int threads,
    int steps,
    int utterances,
    Rates samplesPerSecond,
    double ratio,
    Shares shares,
    List<PartMemory> memory) {
  /** Utterances a second. */
  public record Rates(double bareBefore, double pipeline, double bareAfter) {}

  /** Shares of time, which are 1 together. */
  public record Shares(double computing, double waiting, double checkpoint, double other) {}

  /** Compares the pipeline with both bare trainings. */
  static BenchmarkResult of(
      String devices,
      int gpus,
      PipelineTime pipeline,
      BareTraining before,
      BareTraining after,
      List<PartMemory> memory) {
    double first = before.seconds(pipeline.begin(), pipeline.end());
    double second = after.seconds(pipeline.begin(), pipeline.end());
    int utterances = pipeline.utterances();
    return new BenchmarkResult(
        devices,
        gpus,
        before.threads(),
        pipeline.steps(),
        utterances,
        new Rates(utterances / first, utterances / pipeline.seconds(), utterances / second),
        (first + second) / 2 / pipeline.seconds(),
        new Shares(
            pipeline.computing(), pipeline.waiting(), pipeline.checkpoint(), pipeline.other()),
        List.copyOf(memory));
  }
}
