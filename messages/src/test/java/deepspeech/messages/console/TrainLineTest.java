package deepspeech.messages.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected lines: the manual's, and Python 3's {@code str(timedelta)}. */
class TrainLineTest {
  private final Locale before = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(before);
  }

  @Test
  void theManualsFirstLineIsReproduced() {
    // Given
    TrainLine line =
        new TrainLine(
            LocalDateTime.parse("2021-08-31T22:40:41.633553"),
            1,
            50,
            0,
            1599,
            0.0002,
            2053.378662,
            Duration.ofDays(3).plusHours(8).plusMinutes(51).plusSeconds(4));

    // When
    String text = line.toString();

    // Then
    assertThat(text)
        .isEqualTo(
            "Train [2021-08-31 22:40:41.633553] epoch: [1/50], batch: [0/1599], learning rate:"
                + " 0.00020000, train loss: 2053.378662, eta: 3 days, 8:51:04");
  }

  @Test
  void theManualsSecondLineIsReproducedWhateverTheMachinesLanguage() {
    // Given
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    TrainLine line =
        new TrainLine(
            LocalDateTime.parse("2021-08-31T22:41:43.713666"),
            1,
            50,
            100,
            1599,
            0.0002,
            86.532333,
            Duration.ofHours(12).plusMinutes(59).plusSeconds(38));

    // When
    String text = line.toString();

    // Then
    assertThat(text)
        .isEqualTo(
            "Train [2021-08-31 22:41:43.713666] epoch: [1/50], batch: [100/1599], learning rate:"
                + " 0.00020000, train loss: 86.532333, eta: 12:59:38");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PT0S | 0:00:00",
        "PT1M5.9S | 0:01:05",
        "PT23H59M59S | 23:59:59",
        "PT24H | 1 day, 0:00:00",
        "PT240H1S | 10 days, 0:00:01"
      })
  void theRemainingTimeIsShownAsPythonShowsATimedelta(Duration eta, String shown) {
    // When
    String text = TrainLine.eta(eta);

    // Then
    assertThat(text).isEqualTo(shown);
  }

  @Test
  void samplesAndTestResultsHaveTheSameClock() {
    // Given
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    LocalDateTime time = LocalDateTime.parse("2021-08-31T22:40:36.473431");

    // When
    String samples = TrainLine.trainingSamples(time, 102394);
    String test = TrainLine.test(time, 23, 50, "epoch-0023", 0.0843215);

    // Then
    assertThat(samples)
        .isEqualTo("[2021-08-31 22:40:36.473431] number of training samples: 102394");
    assertThat(test)
        .isEqualTo(
            "Test [2021-08-31 22:40:36.473431] epoch: [23/50], checkpoint: epoch-0023, test cer:"
                + " 0.084322");
  }
}
