package deepspeech.messages.configuration;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.identity.Split;
import java.util.Locale;

/** The arguments of the data of a run. */
final class DataArguments {
  private DataArguments() {}

  /** The data specification of a split; see {@link TrainingConfiguration#data}. */
  static DataSpecification specification(
      TrainingConfiguration configuration, Split split, int devices) {
    boolean train = split == Split.TRAIN;
    return new DataSpecification(
        new DataFiles(
            train ? configuration.trainManifest() : configuration.testManifest(),
            text(configuration, Argument.VOCAB_PATH),
            text(configuration, Argument.MEAN_STD_PATH),
            train ? text(configuration, Argument.AUGMENT_CONF_PATH) : null),
        new DurationLimits(
            train ? configuration.minDuration() : 0,
            train
                ? configuration.maxDuration()
                : (Double) configuration.value(Argument.MAX_TEST_DURATION)),
        new Batching(
            configuration.batchSize() * (train ? devices : 1),
            train ? configuration.maxBatchFrames().orElse(null) : null,
            train ? devices : 1,
            text(configuration, Argument.SHUFFLE_METHOD)),
        new TextRules(
            TextNormalisation.valueOf(upperCase(configuration, Argument.TEXT_NORMALISATION)),
            train
                ? UnknownCharacters.valueOf(upperCase(configuration, Argument.UNKNOWN_CHARACTERS))
                : UnknownCharacters.DROP_CHARACTER),
        configuration.seed());
  }

  private static String upperCase(TrainingConfiguration configuration, Argument argument) {
    return text(configuration, argument).toUpperCase(Locale.ROOT);
  }

  private static String text(TrainingConfiguration configuration, Argument argument) {
    return (String) configuration.value(argument);
  }
}
