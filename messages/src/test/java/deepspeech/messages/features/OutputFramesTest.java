package deepspeech.messages.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputFramesTest {
  /** Expected: floor((frames + 2 * 5 - 11) / 3) + 1, the length of a convolution. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "6, 2", "7, 3", "122, 41", "3000, 1000"})
  void theFirstConvolutionStridesByThree(int frames, int expected) {
    // When
    int output = OutputFrames.of(frames);

    // Then
    assertThat(output).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"'', 0", "5, 1", "5 6, 2", "5 5, 3", "5 5 5, 5", "5 6 5 6, 4", "1 1 2 2 1, 7"})
  void aBlankIsNeededBetweenEqualNeighbours(String labels, int expected) {
    // Given
    int[] indices =
        labels.isEmpty()
            ? new int[0]
            : Arrays.stream(labels.split(" ", -1)).mapToInt(Integer::parseInt).toArray();

    // When
    int needed = OutputFrames.neededFor(indices);

    // Then
    assertThat(needed).isEqualTo(expected);
  }
}
