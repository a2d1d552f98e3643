package deepspeech.cli.command;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.events.EventTail;
import deepspeech.cli.export.ExportFormat;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.curves.Curves;
import deepspeech.curves.RunCurves;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.topic.Topics;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "export",
    description = {
      "Writes the curves of runs to DIR/RUN/curves.csv and to a TensorBoard event file in the same"
          + " folder. tensorboard --logdir DIR shows them.",
      "Skips the points that a resume from an earlier checkpoint made void. Replaces an earlier export."
    })
final class ExportCommand implements Callable<Integer> {
  private final Context context;

  @Mixin private BrokerOptions brokerOptions;

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "names of runs")
  private List<String> names;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      split = ",",
      defaultValue = "csv,tensorboard",
      description = "${COMPLETION-CANDIDATES}; default: both")
  private List<ExportFormat> formats;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "curves",
      description = "output folder, created if missing; default: ${DEFAULT-VALUE}")
  private Path output;

  ExportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<RunId> runs = names.stream().map(RunId::new).distinct().toList();
    Curves curves = curves(brokerOptions.broker(context), runs);
    for (RunId run : runs) {
      if (curves.of(run).isEmpty()) {
        throw new CommandFailedException(
            "run: \"%s\" given, which has no metric point in %s".formatted(run, Topics.METRICS));
      }
    }
    for (RunId run : runs) {
      write(run, curves.of(run).orElseThrow());
    }
    return 0;
  }

  private static Curves curves(BrokerConfiguration broker, List<RunId> runs)
      throws InterruptedException {
    Curves curves = new Curves();
    try (EventTail<MetricPoint> points =
        EventTail.of(broker, Topics.METRICS, MetricPoint.class, EventTail.Start.BEGINNING)) {
      points.upToNow(
          event -> {
            if (runs.contains(event.body().run())) {
              curves.add(event.body());
            }
          });
    }
    return curves;
  }

  private void write(RunId run, RunCurves curves) {
    Path folder = output.resolve(run.toString());
    try {
      Files.createDirectories(folder);
      for (ExportFormat format : formats) {
        context.show(
            "%s: %d points of %d curves"
                .formatted(format.write(folder, curves), curves.points(), curves.keys().size()));
      }
    } catch (FileSystemException e) {
      throw new CommandFailedException(
          "--output: %s cannot be written: %s".formatted(e.getFile(), reason(e)), e);
    } catch (IOException e) {
      throw new CommandFailedException(
          "--output: %s cannot be written: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Some file system exceptions give their reason by their class alone. */
  private static String reason(FileSystemException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file of that name exists";
    }
    return e.getReason() == null ? e.toString() : e.getReason();
  }
}
