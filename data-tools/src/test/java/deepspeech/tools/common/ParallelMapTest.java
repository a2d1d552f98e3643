package deepspeech.tools.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelMapTest {
  @Test
  void resultsComeInTheOrderOfTheElements() throws Exception {
    // Given
    List<Integer> elements = IntStream.range(0, 500).boxed().toList();
    List<Integer> taken = new ArrayList<>();
    // When
    new ParallelMap(4).forEach(elements.iterator(), element -> element * 2, taken::add);
    // Then
    assertThat(taken).isEqualTo(elements.stream().map(element -> element * 2).toList());
  }

  @Test
  void aBoundedNumberOfElementsIsTakenAhead() throws Exception {
    // Given
    AtomicInteger drawn = new AtomicInteger();
    List<Integer> ahead = new ArrayList<>();
    // When
    new ParallelMap(3)
        .forEach(
            IntStream.range(0, 200).peek(i -> drawn.incrementAndGet()).boxed().iterator(),
            element -> element,
            element -> ahead.add(drawn.get() - element));
    // Then
    assertThat(ahead).hasSize(200).allMatch(count -> count <= 14);
  }

  @Test
  void whatGoesWrongInTheWorkReachesTheCaller() {
    // Given
    List<Integer> elements = List.of(1, 2, 3);
    // When
    // Then
    assertThatThrownBy(
            () ->
                new ParallelMap(2)
                    .forEach(
                        elements.iterator(),
                        element -> {
                          throw new IllegalArgumentException("element " + element);
                        },
                        result -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("element 1");
  }
}
