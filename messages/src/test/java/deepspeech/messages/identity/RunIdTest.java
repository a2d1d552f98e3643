package deepspeech.messages.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.topic.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "run-2026-11-22", "x--y-"})
  void lowerCaseLettersDigitsAndHyphensMakeARun(String text) {
    // When
    RunId run = new RunId(text);

    // Then
    assertThat(run).hasToString(text);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "-a", "A", "a.b", "a/b", "a b", "ü", "a\n"})
  void anythingElseIsRefusedInOneLine(String text) {
    // When
    var thrown = assertThatThrownBy(() -> new RunId(text));

    // Then
    thrown
        .isInstanceOf(InvalidMessageException.class)
        .message()
        .startsWith("run: ")
        .endsWith("allowed: 1 to 63 of a-z, 0-9 and -, the first a letter or digit")
        .hasLineCount(1);
  }

  @Test
  void theLongestRunStillMakesATopicNameThatKafkaTakes() {
    // Given
    RunId longest = new RunId("x".repeat(63));

    // When
    String topic = Topics.featuresName(longest, Split.TRAIN);
    var tooLong = assertThatThrownBy(() -> new RunId("x".repeat(64)));

    // Then
    assertThat(topic).hasSizeLessThanOrEqualTo(249).matches("[a-zA-Z0-9._-]+");
    tooLong.isInstanceOf(InvalidMessageException.class);
  }
}
