package deepspeech.cli.progress;

import deepspeech.cli.table.AlignedTable;
import deepspeech.messages.run.Position;
import deepspeech.messages.run.RunQueue;
import deepspeech.messages.run.RunState;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Formats runs as a text table with one line for each run. */
public final class RunTable {
  private static final List<String> HEADINGS =
      List.of(
          "RUN",
          "STATE",
          "QUEUE",
          "TRAINER",
          "SINCE",
          "EPOCH",
          "BATCH",
          "STEP",
          "LAST CHECKPOINT",
          "BEST CER",
          "REASON");

  private final RunQueue queue;
  private final AlignedTable table = new AlignedTable(HEADINGS);

  /** Creates an empty table of runs, some of which wait in a queue. */
  public RunTable(RunQueue queue) {
    this.queue = queue;
  }

  /**
   * Appends a run.
   *
   * @param bestCer lowest test CER of the run's checkpoints; empty if none is tested
   */
  public void add(RunState state, OptionalDouble bestCer) {
    Position position = state.position();
    table.add(
        List.of(
            state.run().value(),
            state.status().toString(),
            place(state),
            Objects.toString(state.assignment().trainer(), "-"),
            state.assignment().trainerSince() == null
                ? "-"
                : state.assignment().trainerSince().truncatedTo(ChronoUnit.SECONDS).toString(),
            position == null ? "-" : position.epoch() + "/" + epochs(state),
            position == null || position.batches() == 0
                ? "-"
                : position.batch() + "/" + position.batches(),
            position == null ? "-" : Long.toString(position.step()),
            Objects.toString(state.lastCheckpoint(), "-"),
            bestCer.isPresent() ? String.format(Locale.ROOT, "%.4f", bestCer.getAsDouble()) : "-",
            Objects.toString(state.reason(), "-")));
  }

  private String place(RunState state) {
    OptionalInt place = queue.position(state.run());
    return place.isPresent() ? place.getAsInt() + "/" + queue.size() : "-";
  }

  /** The headings, then one line for each run, with columns separated by at least two spaces. */
  public List<String> lines() {
    return table.lines();
  }

  private static String epochs(RunState state) {
    return state.configuration() == null ? "?" : "" + state.configuration().numEpoch();
  }
}
