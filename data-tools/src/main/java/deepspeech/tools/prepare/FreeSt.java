package deepspeech.tools.prepare;

import deepspeech.speech.DataFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Free ST Chinese Mandarin Corpus (openslr.org/38): {@code UTTERANCE.wav} and {@code UTTERANCE.txt}
 * in one folder. The corpus defines no splits.
 */
final class FreeSt {
  private static final String NAME = "ST-CMDS-20170001_1-OS";

  private FreeSt() {}

  static Splits splits(Path given) throws DataFileException {
    Path inner = given.resolve(NAME);
    List<Path> files =
        CorpusFolder.audio(
            Files.isDirectory(inner) ? inner : given,
            ".wav",
            "the unpacked folder " + NAME + " or its parent folder is expected");
    return new Splits(
        CorpusFolder.source(
            files,
            file ->
                CorpusFolder.withText(
                    file,
                    file.resolveSibling(
                        file.getFileName().toString().replaceFirst("\\.wav$", ".txt")),
                    String::strip)),
        Optional.empty(),
        Map.of(),
        List.of());
  }
}
