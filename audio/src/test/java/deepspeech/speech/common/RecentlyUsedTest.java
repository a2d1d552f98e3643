package deepspeech.speech.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentlyUsedTest {
  @Test
  void whatWasUsedLeastRecentlyMakesRoom() {
    // Given
    RecentlyUsed<String, Long> values = new RecentlyUsed<>(9, 100, value -> value);
    values.put("a", 40L);
    values.put("b", 40L);
    // When
    values.get("a");
    values.put("c", 50L);
    // Then
    assertThat(values.get("a")).isEqualTo(40);
    assertThat(values.get("b")).isNull();
    assertThat(values.get("c")).isEqualTo(50);
  }

  @Test
  void whatWasPutLastStaysHoweverLargeItIs() {
    // Given
    RecentlyUsed<String, Long> values = new RecentlyUsed<>(9, 100, value -> value);
    values.put("a", 40L);
    // When
    values.put("b", 500L);
    // Then
    assertThat(values.get("a")).isNull();
    assertThat(values.get("b")).isEqualTo(500);
  }

  @Test
  void noMoreValuesAreKeptThanRequested() {
    // Given
    RecentlyUsed<Integer, String> values = new RecentlyUsed<>(2);
    // When
    for (int i = 0; i < 3; i++) {
      values.put(i, "value");
    }
    // Then
    assertThat(values.get(0)).isNull();
    assertThat(values.get(1)).isNotNull();
    assertThat(values.get(2)).isNotNull();
  }
}
