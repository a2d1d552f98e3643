package deepspeech.speech.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedFeaturesTest {
  private static final EncodedUtterance SECOND = new EncodedUtterance(100, new short[16_100]);

  @Test
  void threadsThatAskAtTheSameTimeShareOneComputation() throws Exception {
    // Given
    SharedFeatures shared = new SharedFeatures(1_000_000);
    CountDownLatch computing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<EncodedUtterance> first =
          threads.submit(
              () ->
                  shared.get(
                      key(1),
                      () -> {
                        computing.countDown();
                        awaitUninterrupted(goOn);
                        return SECOND;
                      }));
      computing.await();
      // When
      Future<EncodedUtterance> second =
          threads.submit(() -> shared.get(key(1), SharedFeaturesTest::neverCalled));
      while (!second.isDone() && shared.computed() == 0) {
        TimeUnit.MILLISECONDS.sleep(50);
        goOn.countDown();
      }
      // Then
      assertThat(second.get()).isSameAs(SECOND).isSameAs(first.get());
      assertThat(shared.computed()).isEqualTo(1);
      assertThat(shared.reused()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void theLeastRecentlyUsedFeaturesAreDroppedWhenTheBudgetIsFull() throws Exception {
    // Given
    SharedFeatures shared = new SharedFeatures(4 * 33_000);
    for (int line = 1; line <= 4; line++) {
      shared.get(key(line), () -> SECOND);
    }
    shared.get(key(1), SharedFeaturesTest::neverCalled);
    // When
    shared.get(key(5), () -> SECOND);
    // Then
    assertThat(shared.bytes()).isBetween(4 * 32_200L, 4 * 33_000L);
    shared.get(key(1), SharedFeaturesTest::neverCalled);
    shared.get(key(2), () -> SECOND);
    assertThat(shared.computed()).isEqualTo(6);
    assertThat(shared.reused()).isEqualTo(2);
  }

  @Test
  void aFailureReachesTheCallerAndIsNotKept() throws Exception {
    // Given
    SharedFeatures shared = new SharedFeatures(1_000_000);
    UnusableAudioException silent = new UnusableAudioException(SkipReason.SILENT, "silent");
    // When
    // Then
    assertThatThrownBy(
            () ->
                shared.get(
                    key(1),
                    () -> {
                      throw silent;
                    }))
        .isSameAs(silent);
    assertThatThrownBy(
            () ->
                shared.get(
                    key(1),
                    () -> {
                      throw new IllegalStateException("store");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("store");
    assertThat(shared.get(key(1), () -> SECOND)).isSameAs(SECOND);
  }

  private static FeatureKey key(long line) {
    return new FeatureKey("source", line, "version");
  }

  private static EncodedUtterance neverCalled() {
    throw new AssertionError("computed a second time");
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
