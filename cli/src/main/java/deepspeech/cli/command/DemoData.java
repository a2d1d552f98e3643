package deepspeech.cli.command;

import deepspeech.cli.corpus.DemoCorpus;
import deepspeech.cli.failure.CommandFailedException;
import deepspeech.cli.process.ForegroundProgram;
import deepspeech.cli.stack.Installation;
import deepspeech.cli.stack.StackSettings;
import deepspeech.messages.identity.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The demo corpus on disk, and the configuration of a model that is trained on it. */
final class DemoData {
  private final Context context;
  private final Installation installation;

  DemoData(Context context, Installation installation) {
    this.context = context;
    this.installation = installation;
  }

  /**
   * Creates the parts of the corpus that are missing.
   *
   * @param utterances number of training utterances, 10 to 5000
   * @return name of the corpus folder under the dataset root
   */
  String prepare(StackSettings settings, int utterances) {
    if (utterances < 10 || utterances > 5000) {
      throw new CommandFailedException(
          "--utterances: %d given, allowed: 10 to 5000".formatted(utterances));
    }
    int tests = Math.max(5, utterances / 10);
    String name = "demo-" + utterances;
    Path folder = settings.datasetRoot().resolve(name);
    DemoCorpus corpus = DemoCorpus.in(folder, utterances, tests);
    if (corpus.isMade()) {
      context.note("Demo corpus: using the existing one in " + folder);
    } else {
      context.note(
          "Demo corpus: synthesising %d training and %d test utterances into %s"
              .formatted(utterances, tests, folder));
      corpus.make(spoken -> {});
    }
    if (!Files.exists(folder.resolve("vocab.txt"))
        || !Files.exists(folder.resolve("mean_std.npz"))) {
      int status =
          ForegroundProgram.run(
              installation.prepare(
                  List.of(
                      "--manifest=" + corpus.manifest(Split.TRAIN),
                      "--dataset-root=" + folder,
                      "--vocab-path=" + folder.resolve("vocab.txt"),
                      "--mean-std-path=" + folder.resolve("mean_std.npz"))));
      if (status != 0) {
        throw new CommandFailedException("the demo corpus cannot be prepared");
      }
    }
    return name;
  }

  /** The arguments of a small model that learns the corpus of that folder within minutes. */
  static Map<String, Object> configuration(String corpus, int epochs) {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("train_manifest", corpus + "/manifest.train");
    given.put("test_manifest", corpus + "/manifest.test");
    given.put("vocab_path", corpus + "/vocab.txt");
    given.put("mean_std_path", corpus + "/mean_std.npz");
    given.put("augment_conf_path", null);
    given.put("num_rnn_layers", 2);
    given.put("rnn_layer_size", 128);
    given.put("batch_size", 16);
    given.put("learning_rate", 0.001);
    given.put("num_epoch", epochs);
    given.put("log_interval", 10);
    given.put("use_gpu", false);
    return given;
  }
}
