package deepspeech.broker.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplyIndexTest {
  private static final BatchPosition FIRST = new BatchPosition(1, 0);
  private static final BatchPosition SECOND = new BatchPosition(1, 1);
  private static final BatchPosition THIRD = new BatchPosition(2, 0);

  private final ReplyIndex index = new ReplyIndex();

  @Test
  void aBatchIsCompleteWithItsLastPartAndLiesWhereItsFirstRecordDoes() {
    // Given
    index.add(FIRST, 1, 2, 40);

    // When
    var half = index.complete(FIRST);
    index.add(FIRST, 0, 2, 41);

    // Then
    assertThat(half).isEmpty();
    assertThat(index.complete(FIRST)).hasValue(40);
    assertThat(index.complete(SECOND)).isEmpty();
  }

  @Test
  void theFirstOfSeveralEqualPartsCounts() {
    // Given
    index.add(FIRST, 0, 1, 7);

    // When
    index.add(FIRST, 0, 1, 99);

    // Then
    assertThat(index.complete(FIRST)).hasValue(7);
  }

  @Test
  void theLowestOffsetIsThatOfTheBatchesStillNeeded() {
    // Given
    index.add(SECOND, 0, 1, 3);
    index.add(FIRST, 0, 1, 5);
    index.add(THIRD, 0, 2, 8);

    // When
    index.forgetBefore(SECOND);

    // Then
    assertThat(index.complete(FIRST)).isEmpty();
    assertThat(index.lowestFrom(SECOND)).hasValue(3);
    assertThat(index.lowestFrom(THIRD)).hasValue(8);
    assertThat(index.lowestFrom(new BatchPosition(3, 0))).isEmpty();
  }

  @Test
  void restartingForgetsEverything() {
    // Given
    index.add(FIRST, 0, 1, 7);
    index.scanned(7);

    // When
    index.restart(2);

    // Then
    assertThat(index.complete(FIRST)).isEmpty();
    assertThat(index.scannedTo()).isEqualTo(2);
  }

  @Test
  void whatWasScannedStaysScannedWhenReadingGoesBack() {
    // Given
    index.scanned(9);

    // When
    index.scanned(4);

    // Then
    assertThat(index.scannedTo()).isEqualTo(10);
  }
}
