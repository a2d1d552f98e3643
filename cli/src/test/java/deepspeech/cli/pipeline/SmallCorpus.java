package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.cli.corpus.DemoCorpus;
import deepspeech.cli.process.ForegroundProgram;
import deepspeech.cli.stack.Installation;
import deepspeech.messages.identity.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A demo corpus of 40 utterances and a test set of 5, prepared once for all tests of a JVM. */
final class SmallCorpus {
  static final int UTTERANCES = 40;

  private static Path prepared;

  private SmallCorpus() {}

  /** Copies it to a folder. */
  static synchronized void copyTo(Path folder) throws Exception {
    if (prepared == null) {
      prepared = prepare(Files.createTempDirectory(Path.of("target"), "small-corpus"));
    }
    try (Stream<Path> files = Files.walk(prepared)) {
      for (Path file : files.toList()) {
        copy(file, folder.resolve(prepared.relativize(file).toString()));
      }
    }
  }

  private static Path prepare(Path folder) throws Exception {
    DemoCorpus corpus = DemoCorpus.in(folder, UTTERANCES, 5);
    corpus.make(spoken -> {});
    int status =
        ForegroundProgram.run(
            new Installation(Path.of("..").toAbsolutePath().normalize())
                .prepare(
                    List.of(
                        "--manifest=" + corpus.manifest(Split.TRAIN),
                        "--vocab-path=" + folder.resolve("vocab.txt"),
                        "--mean-std-path=" + folder.resolve("mean_std.npz"))));
    assertThat(status).isZero();
    return folder;
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.isDirectory(from)) {
      Files.createDirectories(to);
    } else {
      Files.copy(from, to);
    }
  }
}
