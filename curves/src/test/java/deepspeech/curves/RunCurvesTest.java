package deepspeech.curves;

import static deepspeech.curves.Points.START;
import static deepspeech.curves.Points.loss;
import static deepspeech.curves.Points.point;
import static deepspeech.curves.Points.resumed;
import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.features.SkipReason;
import deepspeech.messages.metric.MetricName;
import deepspeech.messages.metric.MetricPoint;
import deepspeech.messages.run.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RunCurvesTest {
  private static final CurveKey LOSS = CurveKey.of(MetricName.TRAIN_LOSS);

  private static final int RESUMED = 500;

  private final RunCurves curves = new RunCurves();

  @Test
  void aCurveHasItsPointsByStepWithAllThatTheyTell() {
    // When
    curves.add(loss(1, 80));
    curves.add(loss(11, 40.5));

    // Then
    Curve curve = curves.curve(LOSS).orElseThrow();
    assertThat(curve.values()).containsExactly(80, 40.5);
    assertThat(steps(curve)).containsExactly(1L, 11L);
    assertThat(curve.epoch(1)).isEqualTo(2);
    assertThat(curve.batch(1)).isEqualTo(1);
    assertThat(curve.time(1)).isEqualTo(START.plusSeconds(11));
  }

  @Test
  void theReasonsOfSkippedUtterancesAreCurvesOfTheirOwn() {
    // When
    curves.add(skipped(SkipReason.TOO_LONG, 3));
    curves.add(skipped(SkipReason.SILENT, 1));
    curves.add(loss(1, 80));

    // Then
    assertThat(curves.keys())
        .extracting(CurveKey::toString)
        .containsExactly("train_loss", "left_out/silent", "left_out/too_long");
  }

  @Test
  void aPointThatIsPublishedTwiceIsOnePoint() {
    // Given
    curves.add(loss(1, 80));
    curves.add(loss(2, 70));

    // When
    curves.add(loss(2, 70));
    curves.add(loss(1, 80));

    // Then
    assertThat(curves.curve(LOSS).orElseThrow().values()).containsExactly(80, 70);
  }

  @Test
  void aCountThatGrowsWithinAStepHasItsLastValue() {
    // When
    curves.add(skipped(SkipReason.TOO_LONG, 3));
    curves.add(skipped(SkipReason.TOO_LONG, 5));

    // Then
    assertThat(curves.keys())
        .singleElement()
        .satisfies(
            key -> {
              assertThat(curves.curve(key).orElseThrow().values()).containsExactly(5);
              assertThat(curves.last(key)).hasValue(5);
            });
  }

  @Test
  void anEarlierCheckpointThatIsTestedLaterTakesItsPlaceByStep() {
    // When
    curves.add(point(MetricName.TEST_CER, 20, 0.2));
    curves.add(point(MetricName.TEST_CER, 10, 0.3));

    // Then
    Curve curve = curves.curve(CurveKey.of(MetricName.TEST_CER)).orElseThrow();
    assertThat(curve.values()).containsExactly(0.3, 0.2);
    assertThat(curves.last(CurveKey.of(MetricName.TEST_CER))).hasValue(0.2);
  }

  @Test
  void aResumeForgetsTheLaterStepsOfAllCurvesAndTheNewOnesFollow() {
    // Given
    IntStream.rangeClosed(1, 30).forEach(step -> curves.add(loss(step, step)));
    curves.add(point(MetricName.TEST_CER, 10, 0.3));
    curves.add(point(MetricName.TEST_CER, 20, 0.2));
    curves.add(point(MetricName.TEST_WER, 20, 0.5));

    // When
    curves.add(resumed(10));
    curves.add(loss(11, 111));

    // Then
    assertThat(curves.curve(LOSS).orElseThrow().values())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 111);
    assertThat(curves.curve(CurveKey.of(MetricName.TEST_CER)).orElseThrow().values())
        .containsExactly(0.3);
    assertThat(curves.curve(CurveKey.of(MetricName.TEST_WER))).isEmpty();
    assertThat(steps(curves.resumed().orElseThrow())).containsExactly(10L);
    assertThat(curves.points()).isEqualTo(13);
  }

  @Test
  void pointsOfLaterStepsFromBeforeAResumeAreObsolete() {
    // Given
    curves.add(resumed(10));

    // Then
    assertThat(curves.isVoid(20, START.plusSeconds(20))).isTrue();
    assertThat(curves.isVoid(10, START.plusSeconds(20))).isFalse();
    assertThat(curves.isVoid(20, START.plusSeconds(2000))).isFalse();
  }

  @Test
  void aCurveThatWasReadDoesNotChange() {
    // Given
    IntStream.rangeClosed(1, 30).forEach(step -> curves.add(loss(step, step)));
    Curve read = curves.curve(LOSS).orElseThrow();

    // When
    curves.add(resumed(10));
    IntStream.rangeClosed(11, 60).forEach(step -> curves.add(loss(step, -step)));
    curves.add(loss(5, -5));
    Curve later = curves.curve(LOSS).orElseThrow();

    // Then
    assertThat(steps(read))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 30).boxed().toList());
    assertThat(read.value(4)).isEqualTo(5);
    assertThat(read.value(29)).isEqualTo(30);
    assertThat(later.value(4)).isEqualTo(-5);
    assertThat(later.size()).isEqualTo(60);
  }

  @Test
  void anyOrderOfPointsAndResumesGivesWhatAMapByStepGives() {
    for (int seed = 0; seed < 200; seed++) {
      // Given
      Random random = new Random(seed);
      RunCurves tried = new RunCurves();
      TreeMap<Long, Double> expected = new TreeMap<>();

      // When
      for (int i = 0; i < 300; i++) {
        long step = random.nextInt(100) + 1L;
        int what = random.nextInt(40);
        if (what == 0) {
          tried.add(resumed(step));
          expected.tailMap(step, false).clear();
        } else if (what == 1) {
          assertThat(asMap(tried)).isEqualTo(expected);
        } else {
          tried.add(loss(step, i));
          expected.put(step, (double) i);
        }
      }

      // Then
      assertThat(asMap(tried)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void readersSeeWholeCurvesWhileOneThreadAdds() throws Exception {
    // Given
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(3);
    List<Future<Integer>> reads = new ArrayList<>();
    Callable<Integer> reading =
        () -> {
          int seen = 0;
          while (!done.get() || seen == 0) {
            for (Curve curve : curves.curve(LOSS).stream().toList()) {
              assertThat(isOfOnePast(curve)).isTrue();
              seen++;
            }
          }
          return seen;
        };
    for (int i = 0; i < 3; i++) {
      reads.add(readers.submit(reading));
    }

    // When
    for (int round = 0; round < 3000; round++) {
      int sign = round % 2 == 0 ? 1 : -1;
      int from = round == 0 ? 1 : RESUMED + 1;
      IntStream.rangeClosed(from, 1000).forEach(step -> curves.add(loss(step, sign * step)));
      curves.add(resumed(RESUMED));
    }
    done.set(true);

    // Then
    for (Future<Integer> read : reads) {
      assertThat(read.get()).isPositive();
    }
    readers.shutdown();
  }

  @Test
  void curvesOfRunsAreApart() {
    // Given
    Curves all = new Curves();
    MetricPoint other =
        new MetricPoint(
            new deepspeech.messages.identity.RunId("other"),
            MetricName.TRAIN_LOSS,
            7,
            1,
            1,
            1,
            START);

    // When
    all.add(loss(1, 80));
    all.add(other);

    // Then
    assertThat(all.runs()).extracting(Object::toString).containsExactly("demo", "other");
    assertThat(all.of(other.run()).orElseThrow().curve(LOSS).orElseThrow().values())
        .containsExactly(7);
  }

  /** Each value says which step it belongs to, and each past beyond the resume has a sign. */
  private static boolean isOfOnePast(Curve curve) {
    for (int i = 0; i < curve.size(); i++) {
      double sign = i < RESUMED ? 1 : Math.signum(curve.value(RESUMED));
      if (curve.step(i) != i + 1 || curve.value(i) != sign * (i + 1)) {
        return false;
      }
    }
    return true;
  }

  private static MetricPoint skipped(SkipReason reason, int count) {
    return MetricPoint.skipped(Points.RUN, reason, count, new Position(1, 0, 0, 0), START);
  }

  private static List<Long> steps(Curve curve) {
    return LongStream.range(0, curve.size()).map(i -> curve.step((int) i)).boxed().toList();
  }

  private static Map<Long, Double> asMap(RunCurves curves) {
    Map<Long, Double> map = new TreeMap<>();
    curves
        .curve(LOSS)
        .ifPresent(
            curve -> {
              for (int i = 0; i < curve.size(); i++) {
                assertThat(map.put(curve.step(i), curve.value(i))).isNull();
              }
            });
    return map;
  }
}
