package deepspeech.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.Event;

class RecordWriterTest {

  @Test
  void recordsHaveTheBytesThatTensorBoardWritesForThem() throws Exception {
    // Given
    byte[] version =
        Event.newBuilder()
            .setWallTime(1_427_000_000.5)
            .setFileVersion("brain.Event:2")
            .build()
            .toByteArray();
    byte[] text = "deepspeech".repeat(30).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    // When
    RecordWriter writer = new RecordWriter(out);
    writer.write(version);
    writer.write(text);

    // Then
    // From tensorboard.summary.writer.record_writer.RecordWriter of TensorBoard 2.22.
    String written = HexFormat.of().formatHex(out.toByteArray());
    assertThat(written)
        .startsWith(
            "1800000000000000a37f4b22"
                + "09000020b09243d5411a0d627261696e2e4576656e743a3267"
                + "4af18d"
                + "2c01000000000000f2fe5b9d")
        .endsWith("f0f36840");
    assertThat(out.size()).isEqualTo(16 + 24 + 16 + 300);
  }
}
