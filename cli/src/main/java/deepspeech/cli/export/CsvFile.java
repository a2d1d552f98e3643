package deepspeech.cli.export;

import deepspeech.curves.Curve;
import deepspeech.curves.CurveKey;
import deepspeech.curves.RunCurves;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the curves of a run as a CSV file with one line for each point, curve by curve, ordered by
 * step. No field needs quotes.
 */
final class CsvFile {
  private static final String HEADER = "metric,step,epoch,batch,value,time\n";

  private CsvFile() {}

  /**
   * Writes the file and replaces that of an earlier export.
   *
   * @param folder an existing folder that belongs to this run alone
   * @return path of the file
   */
  static Path write(Path folder, RunCurves curves) throws IOException {
    Path file = folder.resolve("curves.csv");
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      writer.write(HEADER);
      for (CurveKey key : curves.keys()) {
        Curve curve = curves.curve(key).orElseThrow();
        for (int i = 0; i < curve.size(); i++) {
          writer.write(line(key, curve, i));
        }
      }
    }
    return file;
  }

  private static String line(CurveKey key, Curve curve, int i) {
    return "%s,%d,%d,%d,%s,%s%n"
        .formatted(
            key, curve.step(i), curve.epoch(i), curve.batch(i), curve.value(i), curve.time(i));
  }
}
