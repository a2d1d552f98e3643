package deepspeech.dataprep.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.dataprep.DataFileException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
