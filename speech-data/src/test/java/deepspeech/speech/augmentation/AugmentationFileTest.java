package deepspeech.speech.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.speech.DataFileException;
import deepspeech.speech.features.Numpy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationFileTest {
  private static final String TYPES =
      Arrays.stream(PerturbationType.values())
          .map(PerturbationType::toString)
          .sorted()
          .collect(Collectors.joining(", "));

  /** The file is the one that the users of PaddlePaddle-DeepSpeech have, as it is. */
  @Test
  void theSeedsFileIsAcceptedUnchanged() throws Exception {
    // Given
    byte[] content = Numpy.bytes("/augmentation/python-augmentation.json");
    // When
    AugmentationFile file = AugmentationFile.read(content, "augmentation.json");
    // Then
    assertThat(file.entries())
        .extracting(AugmentationFile.Entry::perturbation)
        .containsExactly(
            new Noise(new Range(10, 50), "dataset/manifest.noise", 1),
            new Speed(new Range(0.9, 1.1), 0),
            new Shift(new Range(-5, 5)),
            new Volume(new Range(-15, 15)),
            new SpecAugment(10, 50, 2, 2, 1, 80, 0, 0, 20, false));
    assertThat(file.entries())
        .extracting(AugmentationFile.Entry::probability)
        .containsExactly(0.5, 0.5, 0.5, 0.5, 1.0);
    assertThat(file.entries()).extracting(AugmentationFile.Entry::ramp).containsOnly(Ramp.NONE);
  }

  @Test
  void allThatIsWrongIsReportedAtOnce() {
    // Given
    String content =
        """
        [{"type": "speed", "params": {"min_speed_rate": 0.5, "max_speed_rate": 2}, "prob": 1},
         {"type": "echo", "params": {}, "prob": 1},
         {"type": "volume", "params": {"min_gain_dBFS": -1, "max_gain_dBFS": 1, "x": 0}}]
        """;
    // When
    // Then
    assertThatThrownBy(() -> read(content))
        .hasMessage(
            "a.json: entry 1 (speed): min_speed_rate is 0.5; allowed: a number from 0.9 to 1.1;"
                + " entry 1 (speed): max_speed_rate is 2; allowed: a number from 0.9 to 1.1;"
                + " entry 2: type is \"echo\"; allowed: "
                + TYPES
                + "; entry 3 (volume): x is unknown; allowed: max_gain_dBFS, min_gain_dBFS;"
                + " entry 3 (volume): prob is missing; allowed: a number from 0 to 1");
  }

  @Test
  void aFileFullOfFaultsIsReportedInALineThatCanBeRead() {
    // Given
    String content = "[" + "{\"type\": \"echo\", \"params\": {}, \"prob\": 1},".repeat(999) + "1]";
    // When
    // Then
    assertThatThrownBy(() -> read(content))
        .hasMessageContaining("; entry 20: type is \"echo\"")
        .hasMessageEndingWith("; and 980 more");
  }

  @Test
  void aRampIsRead() throws Exception {
    // Given
    String content =
        """
        [{"type": "volume", "params": {"min_gain_dBFS": -1, "max_gain_dBFS": 1}, "prob": 1,
          "ramp": {"from_epoch": 1, "to_epoch": 10}}]
        """;
    // When
    AugmentationFile file = read(content);
    // Then
    assertThat(file.entries().get(0).ramp()).isEqualTo(new Ramp(1, 10));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsWrongIsReportedInOneLineWithEntryFieldValueAndWhatIsAllowed(
      String content, String line) {
    // Given
    // When
    // Then
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(DataFileException.class)
        .hasMessage(line)
        .extracting(Throwable::getMessage)
        .satisfies(message -> assertThat(message).doesNotContain("\n"));
  }

  static Stream<Arguments> refused() {
    String speed = "\"min_speed_rate\": 0.9, \"max_speed_rate\": 1.1";
    String good = "{\"type\": \"speed\", \"params\": {" + speed + "}, \"prob\": 1}";
    String list = "; allowed: a JSON list of {\"type\", \"params\", \"prob\"}";
    return Stream.of(
        Arguments.of("{}", "a.json: {}" + list),
        Arguments.of("\"None\"", "a.json: \"None\"" + list),
        Arguments.of("", "a.json: empty message, a JSON object is expected" + list),
        Arguments.of("[5]", "a.json: entry 1: 5; allowed: {\"type\", \"params\", \"prob\"}"),
        Arguments.of(
            "[" + good + ", {\"params\": {}, \"prob\": 1}]",
            "a.json: entry 2: type is missing; allowed: " + TYPES),
        Arguments.of("[{\"type\": 7}]", "a.json: entry 1: type is 7; allowed: " + TYPES),
        Arguments.of(
            SingleEntry.of("echo", ""), "a.json: entry 1: type is \"echo\"; allowed: " + TYPES),
        Arguments.of(
            "[{\"type\": \"speed\", \"prob\": 1}]",
            "a.json: entry 1 (speed): params is missing; allowed: a JSON object"),
        Arguments.of(
            "[{\"type\": \"speed\", \"params\": [1], \"prob\": 1}]",
            "a.json: entry 1 (speed): params is [1]; allowed: a JSON object"),
        Arguments.of(
            "[{\"type\": \"speed\", \"params\": {" + speed + "}}]",
            "a.json: entry 1 (speed): prob is missing; allowed: a number from 0 to 1"),
        Arguments.of(
            "[" + good.replace("\"prob\": 1", "\"prob\": 1.5") + "]",
            "a.json: entry 1 (speed): prob is 1.5; allowed: a number from 0 to 1"),
        Arguments.of(
            "[" + good.replace("\"prob\": 1", "\"prob\": \"1\"") + "]",
            "a.json: entry 1 (speed): prob is \"1\"; allowed: a number from 0 to 1"),
        Arguments.of(
            "[{\"type\": \"speed\", \"params\": [1], \"aug_type\": \"feature\", \"prob\": 1}]",
            "a.json: entry 1 (speed): aug_type is \"feature\"; allowed: \"audio\"; entry 1 (speed):"
                + " params is [1]; allowed: a JSON object"),
        Arguments.of(
            "[{\"type\": \"echo\", \"params\": [1], \"aug_type\": 5}]",
            "a.json: entry 1: type is \"echo\"; allowed: "
                + TYPES
                + "; entry 1 (echo): prob is missing; allowed: a number from 0 to 1"),
        Arguments.of(
            "[" + good.replace("\"prob\"", "\"probability\": 1, \"prob\"") + "]",
            "a.json: entry 1 (speed): probability is unknown; allowed: aug_type, params, prob, ramp,"
                + " type"),
        Arguments.of(ramped("5"), "a.json: entry 1 (speed): ramp is 5; allowed: a JSON object"),
        Arguments.of(
            ramped("{\"from_epoch\": 3, \"to_epoch\": 3}"),
            "a.json: entry 1 (speed): to_epoch is 3; allowed: above from_epoch, which is 3"),
        Arguments.of(
            ramped("{\"from_epoch\": 3, \"to_epoch\": 4, \"by\": 1}"),
            "a.json: entry 1 (speed): by is unknown; allowed: from_epoch, to_epoch"));
  }

  private static String ramped(String ramp) {
    return SingleEntry.of("speed", "\"min_speed_rate\": 0.9, \"max_speed_rate\": 1.1")
        .replace("\"prob\": 1", "\"prob\": 1, \"ramp\": " + ramp);
  }

  private static AugmentationFile read(String content) throws DataFileException {
    return AugmentationFile.read(content.getBytes(StandardCharsets.UTF_8), "a.json");
  }
}
