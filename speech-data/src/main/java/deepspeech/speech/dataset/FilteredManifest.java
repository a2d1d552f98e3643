package deepspeech.speech.dataset;

import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A manifest after filtering. Every line was read once, and the results are stored on disk; hardly
 * any of them are in the heap.
 *
 * @param hash SHA-256 of the file
 * @param utterances utterances that are usable by their manifest line
 * @param skipped the skipped lines
 * @param unknownCharacters unknown characters of the usable utterances
 * @param firstUnknown line of the first unknown character; empty if there is none
 * @param unknownFields unknown fields of the lines
 */
record FilteredManifest(
    String hash,
    UtteranceTable utterances,
    SkippedUtteranceLog skipped,
    UnknownCharacterCounts unknownCharacters,
    Optional<Long> firstUnknown,
    UnknownFieldCounts unknownFields) {

  /**
   * Reads a manifest to its end and closes it.
   *
   * @param location location of the manifest, for messages
   * @throws DataFileException if the manifest cannot be read
   */
  static FilteredManifest read(
      InputStream manifest, Location location, UtteranceFilter filter, Vocabulary vocabulary)
      throws DataFileException {
    MessageDigest digest = Sha256.digest();
    try (UtteranceTable.Writer usable = new UtteranceTable.Writer(vocabulary);
        SkippedUtteranceLog.Writer skipped = new SkippedUtteranceLog.Writer();
        InputStream file = new DigestInputStream(manifest, digest)) {
      LineFilter lines = new LineFilter(filter, usable, skipped);
      ManifestReader.read(file, location.toString(), lines::add);
      return new FilteredManifest(
          Sha256.text(digest),
          usable.finish(),
          skipped.finish(),
          lines.unknownCharacters,
          Optional.ofNullable(lines.firstUnknown),
          lines.unknownFields);
    } catch (IOException | UncheckedIOException e) {
      throw new DataFileException(location + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Adds each line to the usable utterances or to the skipped lines. */
  private static final class LineFilter {
    private final UtteranceFilter filter;
    private final UtteranceTable.Writer usable;
    private final SkippedUtteranceLog.Writer skipped;
    private final UnknownCharacterCounts unknownCharacters = new UnknownCharacterCounts();
    private final UnknownFieldCounts unknownFields = new UnknownFieldCounts();
    private Long firstUnknown;

    LineFilter(
        UtteranceFilter filter, UtteranceTable.Writer usable, SkippedUtteranceLog.Writer skipped) {
      this.filter = filter;
      this.usable = usable;
      this.skipped = skipped;
    }

    void add(ManifestLine line) {
      if (line.problem() != null) {
        skipped.add(line.problem());
        return;
      }
      Utterance utterance = line.utterance();
      unknownFields.add(line.unknownFields(), utterance.line());
      UtteranceFilter.FilterResult result = filter.apply(utterance);
      if (result.problem() != null) {
        skipped.add(result.problem());
        return;
      }
      usable.add(result.utterance());
      unknownCharacters.add(result.unknownCharacters());
      if (firstUnknown == null && unknownCharacters.total() > 0) {
        firstUnknown = utterance.line();
      }
    }
  }
}
