package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import deepspeech.speech.features.MeanStd;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BinStatisticsTest {
  @Test
  void utterancesOneAfterTheOtherGiveMeanAndDeviationOfAllTheirFrames() {
    // Given
    Random random = new Random(3);
    float[][] utterances = new float[7][];
    BinStatistics statistics = new BinStatistics();
    for (int u = 0; u < utterances.length; u++) {
      utterances[u] = new float[161 * (1 + 3 * u)];
      for (int i = 0; i < utterances[u].length; i++) {
        utterances[u][i] = (float) (1000 + i % 161 + (1 + i % 5) * random.nextGaussian());
      }
    }
    // When
    for (float[] utterance : utterances) {
      statistics.add(BinStatistics.of(utterance, utterance.length / 161));
    }
    // Then
    MeanStd result = statistics.meanStd();
    assertThat(statistics.frames()).isEqualTo(7 + 3 * 21);
    for (int bin = 0; bin < 161; bin++) {
      double sum = 0;
      double squares = 0;
      long count = 0;
      for (float[] utterance : utterances) {
        for (int i = bin; i < utterance.length; i += 161) {
          sum += utterance[i];
          count++;
        }
      }
      for (float[] utterance : utterances) {
        for (int i = bin; i < utterance.length; i += 161) {
          squares += Math.pow(utterance[i] - sum / count, 2);
        }
      }
      assertThat(result.mean(bin)).isCloseTo(sum / count, within(1e-9));
      assertThat(result.std(bin)).isCloseTo(Math.sqrt(squares / count), within(1e-9));
    }
  }

  @Test
  void aBinThatHardlyChangesHasATenthOfTheLargestDeviation() {
    // Given
    float[] frames = new float[2 * 161];
    frames[161] = 10;
    frames[162] = 0.001f;
    BinStatistics statistics = new BinStatistics();

    // When
    statistics.add(BinStatistics.of(frames, 2));

    // Then
    assertThat(statistics.meanStd().std(0)).isEqualTo(5);
    assertThat(statistics.meanStd().std(1)).isEqualTo(0.5);
    assertThat(statistics.meanStd().std(2)).isEqualTo(0.5);
  }

  @Test
  void featuresThatNeverChangeHaveNoDeviation() {
    // Given
    BinStatistics statistics = new BinStatistics();
    // When
    statistics.add(BinStatistics.of(new float[322], 2));
    // Then
    assertThatThrownBy(statistics::meanStd)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("std[0] is 0.0; it must be a finite number greater than 0");
  }
}
