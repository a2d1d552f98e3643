package deepspeech.cli.export;

import deepspeech.curves.RunCurves;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** File formats for the curves of a run. */
public enum ExportFormat {
  /** {@code curves.csv}: metric, step, epoch, batch, value, time. */
  CSV {
    @Override
    public Path write(Path folder, RunCurves curves) throws IOException {
      return CsvFile.write(folder, curves);
    }
  },
  /** A TensorBoard event file of scalars. */
  TENSORBOARD {
    @Override
    public Path write(Path folder, RunCurves curves) throws IOException {
      return TensorBoardFile.write(folder, curves);
    }
  };

  /**
   * Writes the file and replaces that of an earlier export.
   *
   * @param folder an existing folder that belongs to this run alone
   * @return path of the file
   */
  public abstract Path write(Path folder, RunCurves curves) throws IOException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
