package deepspeech.speech.dataset;

import deepspeech.messages.deadletter.SkipReason;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.Split;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.speech.manifest.KnownFolders;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Transcript;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import deepspeech.speech.text.NormalisedText;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Checks utterances by the manifest and the vocabulary alone, before audio is read. It accesses no
 * audio file unless the folder of its path exists both beside the manifest and under the root. Not
 * thread-safe.
 */
public final class UtteranceFilter {
  private static final int TOLD_CHARACTERS = 5;

  private final DataStorage storage;
  private final Location manifest;
  private final Split split;
  private final DataSpecification specification;
  private final Vocabulary vocabulary;
  private final PathLines lineByPath = new PathLines();
  private final KnownFolders folders = new KnownFolders();

  /** Checks the utterances of a manifest, which may be an object of the store, as a run would. */
  public UtteranceFilter(
      DataStorage storage,
      Location manifest,
      Split split,
      DataSpecification specification,
      Vocabulary vocabulary) {
    this.storage = storage;
    this.manifest = manifest;
    this.split = split;
    this.specification = specification;
    this.vocabulary = vocabulary;
  }

  /**
   * Normalises the text of an utterance, encodes it as labels and checks whether the utterance is
   * usable.
   */
  public Screened screen(Utterance raw) {
    Utterance utterance =
        raw.withText(NormalisedText.of(raw.text(), specification.textNormalisation()));
    Transcript transcript = vocabulary.transcript(utterance.text());
    return new Screened(
        new UsableUtterance(utterance, transcript.labels()),
        transcript.unknownCharacters(),
        problem(raw, utterance, transcript));
  }

  private SkippedUtterance problem(Utterance raw, Utterance utterance, Transcript transcript) {
    if (!storage.holds(manifest, utterance.audioFilepath())) {
      return leftOut(
          utterance,
          SkipReason.OUTSIDE_ROOT,
          "%s lies outside the dataset root".formatted(utterance.audioFilepath()));
    }
    if (utterance.duration() < specification.minDuration()) {
      return leftOut(
          utterance,
          SkipReason.TOO_SHORT,
          "the duration is %s s; min_duration is %s s"
              .formatted(utterance.duration(), specification.minDuration()));
    }
    if (utterance.duration() > specification.maxDuration()) {
      return leftOut(
          utterance,
          SkipReason.TOO_LONG,
          "the duration is %s s; max_duration is %s s"
              .formatted(utterance.duration(), specification.maxDuration()));
    }
    if (utterance.text().isBlank()) {
      return leftOut(
          utterance,
          SkipReason.EMPTY_TEXT,
          raw.text().isBlank()
              ? "the text is empty"
              : "the text is empty after text_normalisation %s"
                  .formatted(specification.textNormalisation()));
    }
    if (transcript.labels().length == 0) {
      return leftOut(
          utterance, SkipReason.NO_KNOWN_CHARACTER, "the text has no character of the vocabulary");
    }
    if (split == Split.TRAIN
        && specification.unknownCharacters() == UnknownCharacters.DROP_UTTERANCE
        && transcript.unknownCharacters().length > 0) {
      return leftOut(
          utterance, SkipReason.UNKNOWN_CHARACTERS, told(transcript.unknownCharacters()));
    }
    OptionalLong earlier =
        lineByPath.add(
            utterance.identity(storage.spelling(manifest, utterance.audioFilepath(), folders)),
            utterance.line());
    if (earlier.isPresent()) {
      return leftOut(
          utterance,
          SkipReason.DUPLICATE_PATH,
          "%s%s is already on line %d"
              .formatted(
                  utterance.audioFilepath(),
                  utterance.offset().isPresent()
                      ? " from " + utterance.offset().getAsDouble() + " s on"
                      : "",
                  earlier.getAsLong()));
    }
    return null;
  }

  /** Returns one line about the characters of a text that are not in the vocabulary. */
  public static String told(int[] unknownCharacters) {
    int[] different = Arrays.stream(unknownCharacters).distinct().toArray();
    StringBuilder characters = new StringBuilder();
    for (int i = 0; i < Math.min(different.length, TOLD_CHARACTERS); i++) {
      characters.append(' ').append(UnknownCharacterCounts.shown(different[i]));
    }
    if (different.length > TOLD_CHARACTERS) {
      characters.append(" …");
    }
    return "characters of the text are not in the vocabulary:" + characters;
  }

  private SkippedUtterance leftOut(Utterance utterance, SkipReason reason, String detail) {
    return new SkippedUtterance(
        utterance.line(),
        utterance.audioFilepath(),
        reason,
        ManifestReader.at(manifest.toString(), utterance.line()) + detail);
  }

  /**
   * The result of a check.
   *
   * @param utterance the utterance with its normalised text and its labels; there may be no labels
   * @param unknownCharacters unknown characters of the normalised text, as code points
   * @param problem why the utterance is skipped; null if it is usable
   */
  public record Screened(
      UsableUtterance utterance, int[] unknownCharacters, SkippedUtterance problem) {}
}
