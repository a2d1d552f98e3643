package deepspeech.speech.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import deepspeech.speech.DataFileException;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files were written by numpy 2.4 ({@code savez} and {@code savez_compressed}). */
class MeanStdFileTest {
  @ParameterizedTest
  @CsvSource({"mean_std.npz, 1e-15", "mean_std-float32-compressed.npz, 1e-6"})
  void whatNumpyWritesIsRead(String name, double tolerance) throws Exception {
    // Given
    byte[] file = Numpy.bytes("/features/" + name);
    // When
    MeanStd statistics = MeanStdFile.read(file, name);
    // Then
    assertThat(statistics.mean(5)).isCloseTo(-10.215597163089766, within(tolerance));
    assertThat(statistics.std(160)).isCloseTo(1.1534234579586096, within(tolerance));
  }

  @Test
  void whatIsWrittenIsReadBackAndIsTheSameBytesEveryTime() throws Exception {
    // Given
    MeanStd statistics = MeanStdFile.read(Numpy.bytes("/features/mean_std.npz"), "mean_std.npz");
    // When
    byte[] file = MeanStdFile.write(statistics);
    // Then
    MeanStd back = MeanStdFile.read(file, "written");
    assertThat(back.means()).containsExactly(statistics.means());
    assertThat(back.stds()).containsExactly(statistics.stds());
    assertThat(file).isEqualTo(MeanStdFile.write(back));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "wrong-shape | array 'mean' has the shape [160, 1]; it must be [161, 1]",
        "flat | array 'mean' has the shape [161]; it must be [161, 1]",
        "without-std | has no array 'std'; it needs 'mean' and 'std'",
        "zero-std | std[7] is 0.0; it must be a finite number greater than 0",
        "nan | mean[3] is NaN; it must be a finite number",
        "integers | array 'mean': its elements are 'i4'; allowed are f4 and f8"
      })
  void aFileThatCannotBeUsedIsNamedWithTheReason(String kind, String message) throws Exception {
    // Given
    byte[] file = Numpy.bytes("/features/mean_std-%s.npz".formatted(kind));
    // When
    // Then
    assertThatThrownBy(() -> MeanStdFile.read(file, "data/mean_std.npz"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("data/mean_std.npz: " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"streamed", "streamed-compressed"})
  void whatNumpyWritesToAStreamIsReadToo(String kind) throws Exception {
    // Given
    // numpy 2.4.6, savez and savez_compressed to a stream that cannot seek: sizes and checksums
    // stand behind the arrays
    byte[] file = Numpy.bytes("/features/mean_std-%s.npz".formatted(kind));
    // When
    MeanStd statistics = MeanStdFile.read(file, kind);
    // Then
    MeanStd plain = MeanStdFile.read(Numpy.bytes("/features/mean_std.npz"), "plain");
    assertThat(statistics.means()).containsExactly(plain.means());
    assertThat(statistics.stds()).containsExactly(plain.stds());
  }

  @Test
  void anArrayThatUnpacksToGigabytesIsRefusedAtItsLimit() throws Exception {
    // Given
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("mean.npy"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        zip.write(zeros);
      }
    }
    long before = allocated();
    // When
    var thrown =
        assertThatThrownBy(() -> MeanStdFile.read(bytes.toByteArray(), "bomb.npz"))
            .isInstanceOf(DataFileException.class);
    // Then
    thrown.hasMessage("bomb.npz: array 'mean' has more than 1048575 bytes");
    assertThat(bytes.size()).isLessThan(1 << 18);
    assertThat(allocated() - before).isLessThan(8 << 20);
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  @Test
  void aFileOfAnotherKindIsNamed() {
    // Given
    byte[] pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 2832\n"
            .getBytes(StandardCharsets.UTF_8);
    // When
    // Then
    assertThatThrownBy(() -> MeanStdFile.read(pointer, "a.npz"))
        .isInstanceOf(DataFileException.class)
        .hasMessageStartingWith(
            "a.npz: it is a Git LFS pointer, not the file itself; git lfs pull");
  }

  @Test
  void aDamagedArrayIsNamed() throws Exception {
    // Given
    byte[] file = Numpy.bytes("/features/mean_std-streamed.npz");
    file[400] ^= 1;
    // When
    // Then
    assertThatThrownBy(() -> MeanStdFile.read(file, "a.npz"))
        .hasMessage("a.npz: array 'mean' is damaged: its checksum does not match");
  }

  @Test
  void whatIsNoZipFileOrIsCutOffIsRefused() throws Exception {
    // Given
    byte[] file = Numpy.bytes("/features/mean_std.npz");
    // When
    // Then
    assertThatThrownBy(() -> MeanStdFile.read(new byte[100], "a.npz"))
        .isInstanceOf(DataFileException.class)
        .hasMessage("a.npz: not a zip file of numpy arrays, as numpy.savez writes it");
    for (int length = 0; length < 2000; length += 50) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> MeanStdFile.read(cut, "a.npz"))
          .isInstanceOf(DataFileException.class)
          .hasMessageStartingWith("a.npz: ");
    }
  }
}
