package deepspeech.runtime.locale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameEncodingTest {
  @ParameterizedTest
  @ValueSource(strings = {"ANSI_X3.4-1968", "ISO-8859-1", "GBK", "no such encoding"})
  void anEncodingThatLacksLettersIsWarnedOfWithTheRemedy(String name) {
    // Given
    FileNameEncoding encoding = FileNameEncoding.named(name);
    // When
    // Then
    assertThat(encoding.isUnicode()).isFalse();
    assertThat(encoding.warning())
        .hasValueSatisfying(
            line -> {
              assertThat(line).contains(name).contains("start with LC_ALL=C.UTF-8");
            });
  }

  @Test
  void utf8IsNotWarnedOf() {
    // Given
    FileNameEncoding encoding = FileNameEncoding.named("UTF-8");
    // When
    // Then
    assertThat(encoding.isUnicode()).isTrue();
    assertThat(encoding.warning()).isEmpty();
  }
}
