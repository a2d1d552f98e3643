package deepspeech.tools.prepare;

import deepspeech.messages.Json;
import deepspeech.speech.audio.WavBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Runs {@code prepare} on files that a test makes under a root; writes to {@code ROOT/dataset} by
 * default.
 */
final class Preparation {
  private final Path root;
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  Preparation(Path root) {
    this.root = root;
  }

  /** Writes a tone. */
  void wav(String path, double seconds) throws IOException {
    float[] tone = new float[(int) Math.round(16000 * seconds)];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (float) (0.3 * Math.sin(0.05 * i) + 0.1 * Math.sin(0.0001 * i * i));
    }
    write(path, WavBytes.pcm16(tone, 16000));
  }

  /** Writes lines; packed if the path ends with .gz. */
  void lines(String path, String... lines) throws IOException {
    byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    if (!path.endsWith(".gz")) {
      write(path, content);
      return;
    }
    Files.createDirectories(root.resolve(path).getParent());
    try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(root.resolve(path)))) {
      file.write(content);
    }
  }

  void write(String path, byte[] content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  /** Runs the command; characters that occur once are tokens. */
  int run(String... arguments) {
    return runTo("dataset", arguments);
  }

  /** Runs the command with another output folder under the root. */
  int runTo(String output, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--dataset-root=" + root);
    all.add("--output=" + root.resolve(output));
    all.add("--count-threshold=1");
    return PrepareCommand.run(
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        all.toArray(String[]::new));
  }

  String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** The lines of a manifest as {@code path text}, or {@code path offset+duration text}. */
  List<String> manifest(String name) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(root.resolve("dataset").resolve(name))) {
      var object = Json.readTree(line.getBytes(StandardCharsets.UTF_8));
      lines.add(
          object.get("audio_filepath").asText()
              + (object.has("offset")
                  ? " " + object.get("offset").asDouble() + "+" + object.get("duration").asDouble()
                  : "")
              + " "
              + object.get("text").asText());
    }
    return lines;
  }
}
