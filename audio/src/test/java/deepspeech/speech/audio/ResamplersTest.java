package deepspeech.speech.audio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResamplersTest {
  private static final int RATE = 16_000;

  @Test
  void theFilterOfARateIsDesignedOnce() {
    // Given
    Resamplers resamplers = new Resamplers(RATE, 1 << 20);
    // When
    Resampler first = resamplers.from(8000);
    resamplers.from(48_000);
    // Then
    assertThat(resamplers.from(8000)).isSameAs(first);
  }

  @Test
  void filtersBeyondTheBoundAreForgottenTheLeastRecentlyUsedFirst() {
    // Given
    long two = new Resampler(8000, RATE).bytes() + new Resampler(48_000, RATE).bytes();
    Resamplers resamplers = new Resamplers(RATE, two);
    Resampler narrow = resamplers.from(8000);
    Resampler wide = resamplers.from(48_000);
    assertThat(resamplers.from(8000)).isSameAs(narrow);
    // When
    resamplers.from(24_000);
    // Then
    assertThat(resamplers.from(8000)).isSameAs(narrow);
    assertThat(resamplers.from(48_000)).isNotSameAs(wide);
  }

  @Test
  void aFilterLargerThanTheBoundIsKeptAlone() {
    // Given
    Resamplers resamplers = new Resamplers(RATE, 1);
    Resampler before = resamplers.from(8000);
    // When
    Resampler last = resamplers.from(48_000);
    // Then
    assertThat(resamplers.from(48_000)).isSameAs(last);
    assertThat(resamplers.from(8000)).isNotSameAs(before);
  }
}
