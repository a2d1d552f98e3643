package deepspeech.curves;

import static deepspeech.curves.Points.loss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.metric.MetricName;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawnCurveTest {
  private static final CurveKey LOSS = CurveKey.of(MetricName.TRAIN_LOSS);
  private static final int WIDTH = 120;
  private static final int HEIGHT = 80;

  /** The claim of the paper, with the lines of Java 2D. */
  @Test
  void theThinnedCurveIsDrawnAsTheWholeOneToThePixel() {
    for (int seed = 0; seed < 20; seed++) {
      // Given
      Random random = new Random(seed);
      double[] x = IntStream.range(0, 20_000).mapToDouble(i -> i).toArray();
      double[] y = new double[x.length];
      for (int i = 1; i < y.length; i++) {
        y[i] = 0.9 * y[i - 1] + random.nextGaussian() + (random.nextInt(2000) == 0 ? 30 : 0);
      }

      // When
      DrawnCurve drawn = DrawnCurve.of(LOSS, x, y, ChartView.whole(Axis.STEP, WIDTH, 0));

      // Then
      assertThat(drawn.points()).isEqualTo(20_000);
      assertThat(drawn.x().length).isBetween(WIDTH, 4 * WIDTH + 4);
      assertThat(drawing(drawn.x(), drawn.y(), x, y)).isEqualTo(drawing(x, y, x, y));
    }
  }

  @Test
  void theSmoothedCurveToo() {
    // Given
    Random random = new Random(1);
    double[] x = IntStream.range(0, 20_000).mapToDouble(i -> i).toArray();
    double[] y = random.doubles(x.length).toArray();
    double[] smoothed = Smoothing.smooth(y, 0.9);

    // When
    DrawnCurve drawn = DrawnCurve.of(LOSS, x, y, ChartView.whole(Axis.STEP, WIDTH, 0.9));

    // Then
    assertThat(drawing(drawn.x(), drawn.smoothed(), x, smoothed))
        .isEqualTo(drawing(x, smoothed, x, smoothed));
    assertThat(drawing(drawn.x(), drawn.y(), x, y)).isEqualTo(drawing(x, y, x, y));
  }

  @Test
  void whatFitsIntoTheChartIsLeftWhole() {
    // Given
    double[] x = {1, 2, 3, 4};

    // When
    DrawnCurve drawn =
        DrawnCurve.of(LOSS, x, new double[] {5, 5, 5, 5}, ChartView.whole(Axis.STEP, 1, 0));

    // Then
    assertThat(drawn.x()).containsExactly(1, 2, 3, 4);
    assertThat(drawn.smoothed()).containsExactly(5, 5, 5, 5);
  }

  @Test
  void ofAColumnTheFirstTheLastTheLowestAndTheHighestPointStay() {
    // Given
    double[] x = IntStream.range(0, 101).mapToDouble(i -> i).toArray();
    double[] y = new double[101];
    y[7] = 9;
    y[11] = -4;

    // When
    DrawnCurve drawn = DrawnCurve.of(LOSS, x, y, ChartView.whole(Axis.STEP, 2, 0));

    // Then
    assertThat(drawn.x()).containsExactly(0, 7, 11, 49, 50, 99, 100);
    assertThat(drawn.y()).containsExactly(0, 9, -4, 0, 0, 0, 0);
  }

  @Test
  void smoothingComesBeforeThinningAndBeforeZooming() {
    // Given
    double[] x = IntStream.range(0, 1000).mapToDouble(i -> i).toArray();
    double[] y = DoubleStream.of(x).map(v -> Math.sin(v * v)).toArray();
    double[] smoothed = Smoothing.smooth(y, 0.9);

    // When
    DrawnCurve drawn = DrawnCurve.of(LOSS, x, y, new ChartView(Axis.STEP, 10, 0.9, 500, 900));

    // Then
    assertThat(drawn.smoothed())
        .containsExactly(Arrays.stream(drawn.x()).map(v -> smoothed[(int) v]).toArray());
    assertThat(drawn.x()[0]).isEqualTo(499);
    assertThat(drawn.x()[drawn.x().length - 1]).isEqualTo(901);
    assertThat(drawn.x().length).isBetween(10, 82);
  }

  @Test
  void thePartInViewHasThePointsBesideItSoThatLinesReachTheEdges() {
    // Given
    double[] x = {1, 2, 3, 4, 5, 6};

    // When
    DrawnCurve drawn =
        DrawnCurve.of(LOSS, x, new double[6], new ChartView(Axis.STEP, 100, 0, 2.5, 4));

    // Then
    assertThat(drawn.x()).containsExactly(2, 3, 4, 5);
  }

  @Test
  void aTimeThatGoesBackIsPutInItsPlace() {
    // Given
    double[] x = {10, 5, 20};

    // When
    DrawnCurve drawn =
        DrawnCurve.of(LOSS, x, new double[] {1, 2, 3}, ChartView.whole(Axis.TIME, 100, 0));

    // Then
    assertThat(drawn.x()).containsExactly(5, 10, 20);
    assertThat(drawn.y()).containsExactly(2, 1, 3);
  }

  @Test
  void aRunDrawsItsCurves() {
    // Given
    RunCurves curves = new RunCurves();
    curves.add(loss(1, 80));
    curves.add(loss(2, 60));

    // When
    DrawnCurve drawn = curves.draw(LOSS, ChartView.whole(Axis.STEP, 100, 0.6)).orElseThrow();

    // Then
    assertThat(drawn.x()).containsExactly(1, 2);
    assertThat(drawn.y()).containsExactly(80, 60);
    assertThat(drawn.smoothed()).containsExactly(Smoothing.smooth(new double[] {80, 60}, 0.6));
    assertThat(curves.draw(CurveKey.of(MetricName.TEST_CER), ChartView.whole(Axis.STEP, 1, 0)))
        .isEmpty();
  }

  @Test
  void whatCannotBeShownIsRefused() {
    // When / Then
    assertThatThrownBy(() -> ChartView.whole(Axis.STEP, 0, 0))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("width: 0 given, allowed: a whole number from 1 to 10000");
    assertThatThrownBy(() -> ChartView.whole(Axis.STEP, 1, 1))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("smoothing: 1.0 given, allowed: a number from 0 to 0.999");
    assertThatThrownBy(() -> new ChartView(Axis.STEP, 1, 0, 2, 1))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessageStartingWith("from, to: \"2.0, 1.0\"");
  }

  /** The line through points, in the scale of the whole curve. */
  private static int[] drawing(double[] x, double[] y, double[] allX, double[] allY) {
    double left = allX[0];
    double right = allX[allX.length - 1];
    double low = DoubleStream.of(allY).min().orElseThrow();
    double high = DoubleStream.of(allY).max().orElseThrow();
    BufferedImage image = new BufferedImage(WIDTH + 1, HEIGHT, BufferedImage.TYPE_BYTE_BINARY);
    var graphics = image.createGraphics();
    for (int i = 1; i < x.length; i++) {
      graphics.drawLine(
          (int) ((x[i - 1] - left) / (right - left) * WIDTH),
          (int) ((y[i - 1] - low) / (high - low) * (HEIGHT - 1)),
          (int) ((x[i] - left) / (right - left) * WIDTH),
          (int) ((y[i] - low) / (high - low) * (HEIGHT - 1)));
    }
    graphics.dispose();
    return image.getRGB(0, 0, WIDTH + 1, HEIGHT, null, 0, WIDTH + 1);
  }
}
