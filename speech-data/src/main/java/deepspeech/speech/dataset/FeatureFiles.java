package deepspeech.speech.dataset;

import deepspeech.messages.features.FeatureStatistics;
import deepspeech.speech.DataFileException;
import deepspeech.speech.features.MeanStd;
import deepspeech.speech.features.MeanStdFile;
import deepspeech.speech.manifest.Vocabulary;

/** The vocabulary and the normalisation that give a data set its labels and features. */
final class FeatureFiles {
  /** The data set description contains the file and must fit into one Kafka record. */
  private static final long MAX_MEAN_STD_BYTES = 1 << 18;

  private final Vocabulary vocabulary;
  private final String vocabularyHash;
  private final MeanStd meanStd;
  private final byte[] meanStdFile;

  private FeatureFiles(
      Vocabulary vocabulary, String vocabularyHash, MeanStd meanStd, byte[] meanStdFile) {
    this.vocabulary = vocabulary;
    this.vocabularyHash = vocabularyHash;
    this.meanStd = meanStd;
    this.meanStdFile = meanStdFile;
  }

  /**
   * Parses the files.
   *
   * @param files names of the files, for messages
   * @throws DataFileException if one of them is invalid
   */
  static FeatureFiles read(DataSetFiles files, byte[] vocabularyFile, byte[] meanStdFile)
      throws DataFileException {
    if (meanStdFile.length > MAX_MEAN_STD_BYTES) {
      throw new DataFileException(
          "%s: has %d bytes; at most %d are allowed"
              .formatted(files.meanStd(), meanStdFile.length, MAX_MEAN_STD_BYTES));
    }
    MeanStd meanStd = MeanStdFile.read(meanStdFile, files.meanStd().toString());
    Vocabulary vocabulary = Vocabulary.read(vocabularyFile, files.vocabulary().toString());
    return new FeatureFiles(vocabulary, Sha256.of(vocabularyFile), meanStd, meanStdFile.clone());
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  String vocabularyHash() {
    return vocabularyHash;
  }

  MeanStd meanStd() {
    return meanStd;
  }

  FeatureStatistics statistics() {
    return new FeatureStatistics(meanStd.means(), meanStd.stds(), meanStdFile.clone());
  }

  String meanStdHash() {
    return Sha256.of(meanStdFile);
  }
}
