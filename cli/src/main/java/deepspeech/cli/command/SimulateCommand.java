package deepspeech.cli.command;

import deepspeech.cli.simulation.Forecast;
import deepspeech.cli.simulation.ForecastReport;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@CommandLine.Command(
    name = "simulate",
    description = {
      "Shows how long an epoch takes on a cluster, what limits it, and what data-prep, brokers,"
          + " evaluators, memory and store must have, before there is a cluster.",
      "A model, from figures that were measured on two cores and from assumptions, all of which it"
          + " lists. No GPU was measured. MB and GB are powers of 1000.",
      "It assumes precision f32, and no accumulate_batches."
    })
final class SimulateCommand implements Callable<Integer> {
  private final Context context;

  @Spec private CommandSpec spec;
  @Mixin private TrainingLoadOptions load;
  @Mixin private ClusterOptions cluster;

  SimulateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Forecast forecast = new Forecast(load.load(), load.model(), cluster.gpus(), cluster.services());
    ForecastReport.lines(forecast, given()).forEach(context::show);
    return 0;
  }

  private Set<String> given() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .flatMap(option -> Arrays.stream(option.names()))
        .collect(Collectors.toSet());
  }
}
