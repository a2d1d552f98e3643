package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeasuredFigureTest {
  private static final DecimalFormat NUMBER =
      new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));

  @ParameterizedTest
  @EnumSource
  void theSectionThatAFigureNamesHasIt(MeasuredFigure figure) throws Exception {
    // When
    String text = Files.readString(Path.of("../docs/performance.md"));

    // Then
    String heading = "\n## " + figure.section() + "\n";
    assertThat(text).contains(heading);
    String section = text.substring(text.indexOf(heading) + heading.length());
    int end = section.indexOf("\n## ");
    assertThat(section.substring(0, end))
        .containsPattern("\\b" + NUMBER.format(figure.value()) + "0*\\b");
  }

  @ParameterizedTest
  @EnumSource
  void theBenchmarkThatAFigureNamesExists(MeasuredFigure figure) throws Exception {
    // Given: a name of JMH's begins that of a class, the others are words of the script.
    Path jmh =
        Path.of("../benchmarks/src/main/java/deepspeech/benchmark")
            .resolve(figure.benchmark() + "Benchmark.java");
    String script = Files.readString(Path.of("../benchmarks/run"));

    // When / Then
    assertThat(Files.exists(jmh) || script.contains("\n  " + figure.benchmark() + ") exec "))
        .as(figure.benchmark())
        .isTrue();
  }
}
