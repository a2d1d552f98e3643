package deepspeech.curves;

import static deepspeech.curves.Points.START;
import static deepspeech.curves.Points.loss;
import static deepspeech.curves.Points.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import org.junit.jupiter.api.Test;

class AxisTest {
  private final RunCurves curves = new RunCurves();

  @Test
  void theEpochAxisCountsPartsOfEpochsByTheirBatches() {
    // Given
    curves.reportBatches(1, 10);
    curves.reportBatches(2, 10);

    // When
    curves.add(loss(1, 80));
    curves.add(loss(10, 70));
    curves.add(loss(15, 60));

    // Then
    assertThat(losses(Axis.EPOCH)).containsExactly(0.1, 1.0, 1.5);
  }

  @Test
  void epochsOfDifferentLengthEachHaveTheirOwn() {
    // Given
    curves.reportBatches(1, 20);
    curves.reportBatches(2, 10);

    // When
    curves.add(loss(10, 80));
    curves.add(loss(15, 60));

    // Then
    assertThat(losses(Axis.EPOCH)).containsExactly(0.5, 1.5);
  }

  @Test
  void anEpochOfUnknownLengthIsTakenForAsLongAsTheNextOneThatIsKnown() {
    // Given
    curves.reportBatches(3, 20);

    // When
    curves.add(loss(5, 80));

    // Then
    assertThat(losses(Axis.EPOCH)).containsExactly(0.25);
  }

  @Test
  void theTestOfACheckpointAtTheEndOfAnEpochLiesThere() {
    // Given
    MetricPoint test =
        new MetricPoint(Points.RUN, MetricName.TEST_CER, 0.3, 20, 2, 0, START.plusSeconds(20));

    // When
    curves.add(test);

    // Then
    assertThat(
            curves.positions(
                curves.curve(CurveKey.of(MetricName.TEST_CER)).orElseThrow(), Axis.EPOCH))
        .containsExactly(2.0);
  }

  @Test
  void withoutAnyLengthTheFarthestBatchEndsTheEpoch() {
    // When
    curves.add(loss(5, 80));
    curves.add(point(MetricName.CHECKPOINT_BYTES, 10, 1));
    curves.add(loss(15, 60));

    // Then
    assertThat(losses(Axis.EPOCH)).containsExactly(0.5, 1.5);
  }

  @Test
  void timeIsInSecondsSince1970OrTheRunsFirstPoint() {
    // Given
    curves.add(point(MetricName.LEARNING_RATE, 1, 0.1));

    // When
    curves.add(loss(3, 80));

    // Then
    assertThat(losses(Axis.TIME)).containsExactly(START.getEpochSecond() + 3.0);
    assertThat(losses(Axis.RELATIVE)).containsExactly(2.0);
    assertThat(losses(Axis.STEP)).containsExactly(3.0);
  }

  @Test
  void anUnknownAxisIsRefusedWithTheKnownOnes() {
    // When / Then
    assertThat(Axis.parse("relative")).isEqualTo(Axis.RELATIVE);
    assertThatThrownBy(() -> Axis.parse("<b>"))
        .isInstanceOf(InvalidMessageException.class)
        .hasMessage("axis: \"<b>\" given, allowed: step, epoch, time, relative");
  }

  private double[] losses(Axis axis) {
    return curves.positions(curves.curve(CurveKey.of(MetricName.TRAIN_LOSS)).orElseThrow(), axis);
  }
}
