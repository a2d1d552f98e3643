package deepspeech.acoustic.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {
  private final Map<String, Integer> sizes = new LinkedHashMap<>();

  ShardTest() {
    sizes.put("a", 1000);
    sizes.put("b", 5);
    sizes.put("c", 300);
    sizes.put("d", 17);
  }

  @Test
  void weightsAreCutInTheMiddleAtAMultipleOfSixteenValues() {
    // When
    List<Shard> shards = Shard.divide(sizes, 3);

    // Then
    assertThat(shards)
        .containsExactly(
            new Shard(0, List.of(new Slice("a", 0, 432))),
            new Shard(432, List.of(new Slice("a", 432, 880))),
            new Shard(
                880,
                List.of(
                    new Slice("a", 880, 1000),
                    new Slice("b", 0, 5),
                    new Slice("c", 0, 300),
                    new Slice("d", 0, 17))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 7, 8, 100, 3000})
  void eachValueIsInOneShardAndShardsAreEqualUpToTheAlignment(int count) {
    // When
    List<Shard> shards = Shard.divide(sizes, count);

    // Then
    int fair = 1322 / count;
    int start = 0;
    assertThat(shards).hasSize(count);
    for (Shard shard : shards) {
      assertThat(shard.start()).isEqualTo(start);
      assertThat(shard.size()).isBetween(Math.max(0, fair - 16), fair + 17);
      start += shard.size();
    }
    assertThat(start).isEqualTo(1322);
    Map<String, Integer> seen = new LinkedHashMap<>();
    for (Shard shard : shards) {
      for (Slice slice : shard.slices()) {
        assertThat(slice.from()).isEqualTo(seen.getOrDefault(slice.weight(), 0));
        seen.put(slice.weight(), slice.to());
      }
    }
    assertThat(seen).isEqualTo(sizes);
  }
}
