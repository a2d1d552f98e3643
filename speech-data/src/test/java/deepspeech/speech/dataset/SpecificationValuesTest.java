package deepspeech.speech.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import deepspeech.messages.features.DataSpecification;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecificationValuesTest {
  /** As requests of the first builds had it, from which checkpoints have their fingerprints. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"manifest":"manifest.train","vocab_path":"vocab.txt","mean_std_path":"mean_std.npz",\
        "augment_conf_path":"augmentation.json","min_duration":0.5,"max_duration":20.0,\
        "batch_size":16,"max_batch_frames":60000,"devices":2,"shuffle_method":"batch_shuffle",\
        "text_normalisation":"lower_case","unknown_characters":"drop_utterance","seed":7}""",
        """
        {"manifest":"manifest.test","vocab_path":"vocab.txt","mean_std_path":"mean_std.npz",\
        "min_duration":0.0,"max_duration":60.0,"batch_size":8,"devices":1,\
        "shuffle_method":"instance_shuffle","text_normalisation":"keep",\
        "unknown_characters":"drop_character","seed":0}"""
      })
  void theBytesOfWhichFingerprintsAreMadeAreThoseOfTheFirstBuilds(String first) {
    // Given
    DataSpecification specification = Json.read(first, DataSpecification.class);

    // When
    String values = Json.writeText(SpecificationValues.of(specification));

    // Then
    assertThat(values).isEqualTo(first);
    // A field that is new in requests needs a decision whether it changes the batches.
    assertThat(Json.writeText(specification)).isEqualTo(first);
  }
}
