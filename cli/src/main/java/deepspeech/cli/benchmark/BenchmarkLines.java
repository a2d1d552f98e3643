package deepspeech.cli.benchmark;

import deepspeech.cli.table.AlignedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A result as lines of text. */
public final class BenchmarkLines {
  private static final double MEBIBYTE = 1 << 20;

  private BenchmarkLines() {}

  /** The lines, for the console. */
  public static List<String> of(BenchmarkResult result) {
    List<String> lines = new ArrayList<>();
    lines.add("Devices: " + result.devices());
    lines.add(
        text(
            "Measured: %d steps, %d utterances, after the first epoch; %s",
            result.steps(),
            result.utterances(),
            result.gpus() > 0
                ? text("GPUs: %d", result.gpus())
                : text("threads: %d", result.threads())));
    lines.add("");
    AlignedTable rates = new AlignedTable(List.of("TRAINING", "SAMPLES/S", "MS PER STEP"));
    rate(rates, "bare step, before", result.samplesPerSecond().bareBefore(), result);
    rate(rates, "pipeline", result.samplesPerSecond().pipeline(), result);
    rate(rates, "bare step, after", result.samplesPerSecond().bareAfter(), result);
    lines.addAll(rates.lines());
    lines.add(text("Pipeline / bare step: %.3f", result.ratio()));
    lines.add("");
    BenchmarkResult.Shares shares = result.shares();
    lines.add(
        text(
            "Time of the trainer: computing %.1f %%, waiting %.1f %%, checkpoints %.1f %%, other"
                + " %.1f %%",
            100 * shares.computing(),
            100 * shares.waiting(),
            100 * shares.checkpoint(),
            100 * shares.other()));
    lines.add("");
    AlignedTable memory =
        new AlignedTable(List.of("MEMORY, MIB", "RESIDENT", "IN NO FILE", "PEAK"));
    for (PartMemory part : result.memory()) {
      memory.add(
          List.of(
              part.part(),
              text("%.0f", part.memory().resident() / MEBIBYTE),
              text("%.0f", part.memory().anonymous() / MEBIBYTE),
              text("%.0f", part.memory().peak() / MEBIBYTE)));
    }
    lines.addAll(memory.lines());
    return lines;
  }

  private static void rate(
      AlignedTable table, String what, double samplesPerSecond, BenchmarkResult result) {
    double seconds = result.utterances() / samplesPerSecond;
    table.add(
        List.of(
            what, text("%.2f", samplesPerSecond), text("%.1f", 1000 * seconds / result.steps())));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
