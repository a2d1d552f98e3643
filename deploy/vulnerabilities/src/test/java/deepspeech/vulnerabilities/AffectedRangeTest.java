package deepspeech.vulnerabilities;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events are written as kind and version, separated by blanks. */
class AffectedRangeTest {
  @ParameterizedTest
  @CsvSource({
    "1.9, true",
    "2.0, false",
    "2.0.0, false",
    "2.0-rc1, true",
    "2.0-SNAPSHOT, true",
    "2.0.1, false",
    "0-alpha, true",
    "0, true"
  })
  void aFixEndsARangeFromTheFirstVersionOn(String version, boolean affected) {
    assertThat(range("introduced 0 fixed 2.0").contains(version)).isEqualTo(affected);
  }

  @ParameterizedTest
  @CsvSource({"1.2.3, true", "1.2.3-1, false", "1.2.4, false", "1.2.2, true"})
  void theLastAffectedVersionIsAffected(String version, boolean affected) {
    assertThat(range("introduced 0 last_affected 1.2.3").contains(version)).isEqualTo(affected);
  }

  @ParameterizedTest
  @CsvSource({"0.9, false", "1.0, true", "99, true"})
  void aRangeWithoutAnEndGoesOn(String version, boolean affected) {
    assertThat(range("introduced 1.0").contains(version)).isEqualTo(affected);
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, false",
    "1.0, true",
    "1.4, true",
    "1.5, false",
    "1.9, false",
    "2.0, true",
    "2.3, false"
  })
  void severalEventsAreSeveralIntervalsInAnyOrder(String version, boolean affected) {
    assertThat(range("introduced 1.0 fixed 1.5 introduced 2.0 fixed 2.3").contains(version))
        .isEqualTo(affected);
    assertThat(range("fixed 2.3 introduced 2.0 fixed 1.5 introduced 1.0").contains(version))
        .isEqualTo(affected);
  }

  @Test
  void aVersionThatIsFixedAndIntroducedAgainIsAffected() {
    assertThat(range("introduced 2.0 fixed 3.0 introduced 1.0 fixed 2.0").contains("2.0")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1.9, false", "2.0, true", "2.1, false"})
  void aRangeMayBeOneVersion(String version, boolean affected) {
    assertThat(range("introduced 2.0 last_affected 2.0").contains(version)).isEqualTo(affected);
  }

  @ParameterizedTest
  @CsvSource({"1.5, true", "2.0, false", "2.5, false"})
  void aLimitEndsWhatTheRangeSpeaksOf(String version, boolean affected) {
    assertThat(range("introduced 1.0 limit 2.0").contains(version)).isEqualTo(affected);
    assertThat(range("introduced 1.0 limit *").contains(version)).isTrue();
  }

  /** The order of Maven's versions, with versions of libraries that are shipped. */
  @ParameterizedTest
  @CsvSource({
    // netty: Final is the release itself
    "introduced 4.1.0.Alpha1 fixed 4.1.132.Final, 4.1.130.Final, true",
    "introduced 4.1.0.Alpha1 fixed 4.1.132.Final, 4.1.132, false",
    "introduced 4.1.0.Alpha1 fixed 4.1.132.Final, 4.1.0.Beta1, true",
    "introduced 4.2.0.Alpha1 fixed 4.2.10.Final, 4.1.130.Final, false",
    "introduced 4.2.0.Alpha1 fixed 4.2.10.Final, 4.2.9.Final, true",
    // guava: jre is an unknown qualifier, which comes after the release
    "introduced 1.0 fixed 32.0.0-android, 31.1-jre, true",
    "introduced 1.0 fixed 32.0.0-android, 32.0.0-jre, false",
    "introduced 1.0 fixed 32.0.0-android, 33.5.0-jre, false",
    // numbers are compared as numbers
    "introduced 2.0.0 fixed 2.10.0, 2.9.9, true",
    "introduced 2.0.0 fixed 2.9.10.1, 2.9.10, true",
    "introduced 0 fixed 1.9.0, 1.10.0, false",
    // pre-releases
    "introduced 5.0.0.CR1 fixed 5.0.7, 5.0.0.CR2, true",
    "introduced 5.0.0.CR1 fixed 5.0.7, 5.0.0.Beta3, false",
    "introduced 0 fixed 1.38.0, 1.38.0-alpha, true",
    "introduced 0 fixed 1.62.0, 1.57.0-alpha, true",
    // sp is after the release
    "introduced 0 fixed 2.0.1, 2.0.0.SP1, true",
    "introduced 0 fixed 2.0.0, 2.0.0.SP1, false"
  })
  void versionsAreComparedAsMavenDoes(String events, String version, boolean affected) {
    assertThat(range(events).contains(version)).isEqualTo(affected);
  }

  @Test
  void aRangeWithoutABeginningIsRefused() {
    assertThatThrownBy(() -> range("fixed 2.0"))
        .isInstanceOf(ReviewException.class)
        .hasMessage("a range of affected versions has no event \"introduced\"");
  }

  private static AffectedRange range(String events) {
    String[] words = events.split(" ", -1);
    List<AffectedRange.Event> read = new ArrayList<>();
    for (int i = 0; i < words.length; i += 2) {
      read.add(
          new AffectedRange.Event(
              AffectedRange.Kind.valueOf(words[i].toUpperCase(Locale.ROOT)), words[i + 1]));
    }
    return new AffectedRange(read);
  }
}
