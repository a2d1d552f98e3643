package deepspeech.trainer.progress;

import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.console.ConfigurationBlock;
import deepspeech.messages.console.TrainLine;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.List;
import java.util.function.Consumer;

/** Prints with what a run starts, in the manual's words. */
public final class StartReport {
  private final Consumer<String> console;
  private final Clock clock;

  /**
   * Creates the report.
   *
   * @param console receives a line or a block of lines per call
   */
  public StartReport(Consumer<String> console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  /** Prints the configuration block, the number of training samples and the warnings. */
  public void print(
      TrainingConfiguration configuration, int trainingSamples, List<String> warnings) {
    console.accept(ConfigurationBlock.of(configuration));
    console.accept(TrainLine.trainingSamples(LocalDateTime.now(clock), trainingSamples));
    warnings.forEach(warning -> console.accept(TrainLine.warning(warning)));
  }
}
