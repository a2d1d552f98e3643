package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class BatchMemoryBudgetTest {
  private static final int MEGABYTE = 1 << 20;

  @Test
  void aBatchWaitsUntilThereIsRoomForIt() throws Exception {
    // Given
    BatchMemoryBudget budget = new BatchMemoryBudget(10L * MEGABYTE);
    budget.reserve(2 * MEGABYTE);
    int second = budget.reserve(2 * MEGABYTE);
    FutureTask<Integer> third = new FutureTask<>(() -> budget.reserve(2 * MEGABYTE));
    Thread thread = new Thread(third);
    // When
    thread.start();
    while (!EnumSet.of(Thread.State.WAITING, Thread.State.TERMINATED).contains(thread.getState())) {
      Thread.onSpinWait();
    }
    Thread.State before = thread.getState();
    budget.release(second);
    // Then
    assertThat(before).isEqualTo(Thread.State.WAITING);
    assertThat(third.get()).isEqualTo(second);
  }

  @Test
  void aBatchThatIsLargerThanAllRoomTakesAllOfIt() throws Exception {
    // Given
    BatchMemoryBudget budget = new BatchMemoryBudget(MEGABYTE);
    // When
    int taken = budget.reserve(1L << 40);
    budget.release(taken);
    // Then
    assertThat(taken).isEqualTo(budget.reserve(MEGABYTE));
  }
}
