package deepspeech.messages.store;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.store.S3Right.Action;
import deepspeech.messages.store.S3Right.Place;
import org.junit.jupiter.api.Test;

class S3RightTest {
  @Test
  void aStarStandsForAnyCharactersAndAllElseForItself() {
    // Given
    S3Right best = right("runs/*/best.json");

    // Then
    assertThat(best.covers("runs/demo/best.json")).isTrue();
    assertThat(best.covers("runs/demo/deeper/best.json")).isTrue();
    assertThat(best.covers("runs/demo/bestXjson")).isFalse();
    assertThat(best.covers("runs/demo/best.json.bak")).isFalse();
    assertThat(best.covers("other/runs/demo/best.json")).isFalse();
    assertThat(right("runs/*").covers("runs/")).isTrue();
    assertThat(right("runs/*").covers("")).isFalse();
    assertThat(right("*").covers("")).isTrue();
  }

  private static S3Right right(String keys) {
    return new S3Right(Place.CHECKPOINTS, Action.GET_OBJECT, keys);
  }
}
