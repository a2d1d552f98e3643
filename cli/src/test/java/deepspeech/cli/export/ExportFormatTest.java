package deepspeech.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import deepspeech.curves.RunCurves;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;

class ExportFormatTest {
  private static final RunId RUN = new RunId("demo");
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00.250Z");

  @TempDir Path folder;
  private final RunCurves curves = new RunCurves();

  @BeforeEach
  void train() {
    loss(1, 100.125);
    loss(2, 90.5);
    loss(3, 80);
    curves.add(new MetricPoint(RUN, MetricName.RESUMED, 2, 2, 1, 2, TIME.plusSeconds(10)));
    curves.add(
        MetricPoint.skipped(
            RUN, SkipReason.TOO_LONG, 7, new Position(1, 0, 0, 0), TIME.plusSeconds(11)));
    curves.add(new MetricPoint(RUN, MetricName.TRAIN_LOSS, 70.25, 3, 2, 1, TIME.plusSeconds(12)));
  }

  private void loss(int step, double value) {
    curves.add(
        new MetricPoint(RUN, MetricName.TRAIN_LOSS, value, step, 1, step, TIME.plusSeconds(step)));
  }

  @Test
  void csvHasALineForEachPointThatCounts() throws IOException {
    // When
    Path file = ExportFormat.CSV.write(folder, curves);

    // Then
    assertThat(file)
        .hasContent(
            """
            metric,step,epoch,batch,value,time
            train_loss,1,1,1,100.125,2026-01-31T12:00:01.250Z
            train_loss,2,1,2,90.5,2026-01-31T12:00:02.250Z
            train_loss,3,2,1,70.25,2026-01-31T12:00:12.250Z
            left_out/too_long,0,1,0,7.0,2026-01-31T12:00:11.250Z
            resumed,2,1,2,2.0,2026-01-31T12:00:10.250Z
            """);
  }

  @Test
  void tensorBoardHasAScalarForEachPointThatCounts() throws IOException {
    // When
    Path file = ExportFormat.TENSORBOARD.write(folder, curves);

    // Then
    assertThat(file.getFileName().toString()).contains("tfevents");
    List<Event> events = events(file);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.subList(1, events.size()))
        .extracting(
            event ->
                "%s %d %.3f"
                    .formatted(
                        event.getSummary().getValue(0).getTag(),
                        event.getStep(),
                        event.getSummary().getValue(0).getSimpleValue()))
        .containsExactly(
            "train_loss 1 100.125",
            "train_loss 2 90.500",
            "train_loss 3 70.250",
            "left_out/too_long 0 7.000",
            "resumed 2 2.000");
    assertThat(events.get(1).getWallTime()).isCloseTo(1_769_860_801.25, within(1e-6));
  }

  @Test
  void anExportTakesThePlaceOfTheOneBefore() throws IOException {
    // Given
    for (ExportFormat format : ExportFormat.values()) {
      Path unused = format.write(folder, curves);
    }

    // When
    for (ExportFormat format : ExportFormat.values()) {
      Path unused = format.write(folder, curves);
    }

    // Then
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(ExportFormat.values().length);
    }
  }

  private static List<Event> events(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] record = new byte[Math.toIntExact(bytes.getLong())];
      bytes.getInt();
      bytes.get(record);
      bytes.getInt();
      events.add(Event.parseFrom(record));
    }
    return events;
  }
}
