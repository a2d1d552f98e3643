package deepspeech.cli.export;

import deepspeech.curves.RunCurves;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** What the curves of a run are written as. */
public enum ExportFormat {
  /** {@code curves.csv}: metric, step, epoch, batch, value, time. */
  CSV {
    @Override
    public Path write(Path folder, RunCurves curves) throws IOException {
      return CsvFile.write(folder, curves);
    }
  },
  /** An event file of scalars. */
  TENSORBOARD {
    @Override
    public Path write(Path folder, RunCurves curves) throws IOException {
      return TensorBoardFile.write(folder, curves);
    }
  };

  /**
   * Writes the file, in place of the one of an earlier export.
   *
   * @param folder that is there, of this run alone
   * @return the file
   */
  public abstract Path write(Path folder, RunCurves curves) throws IOException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
