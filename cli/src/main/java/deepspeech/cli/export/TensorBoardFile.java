package deepspeech.cli.export;

import deepspeech.curves.Curve;
import deepspeech.curves.CurveKey;
import deepspeech.curves.RunCurves;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/**
 * Writes the curves of a run as a TensorBoard event file of scalars. Each curve has a tag, such as
 * {@code train_loss} or {@code left_out/too_long}, and each point has a step and a time.
 * TensorBoard stores values as 32-bit floats.
 */
final class TensorBoardFile {
  /** TensorBoard reads the files whose names contain this string. */
  private static final String MARK = "tfevents";

  private static final String VERSION = "brain.Event:2";

  private TensorBoardFile() {}

  /**
   * Writes the file and replaces that of an earlier export.
   *
   * @param folder an existing folder that belongs to this run alone
   * @return path of the file
   */
  static Path write(Path folder, RunCurves curves) throws IOException {
    Path file = folder.resolve("events.out.%s.deepspeech".formatted(MARK));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      RecordWriter records = new RecordWriter(out);
      records.write(Event.newBuilder().setFileVersion(VERSION).build().toByteArray());
      for (CurveKey key : curves.keys()) {
        Curve curve = curves.curve(key).orElseThrow();
        for (int i = 0; i < curve.size(); i++) {
          records.write(scalar(key, curve, i).toByteArray());
        }
      }
    }
    return file;
  }

  private static Event scalar(CurveKey key, Curve curve, int i) {
    return Event.newBuilder()
        .setWallTime(seconds(curve.time(i)))
        .setStep(curve.step(i))
        .setSummary(
            Summary.newBuilder()
                .addValue(
                    Summary.Value.newBuilder()
                        .setTag(key.toString())
                        .setSimpleValue((float) curve.value(i))))
        .build();
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() / 1e9;
  }
}
