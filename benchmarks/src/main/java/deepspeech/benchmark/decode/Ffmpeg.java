package deepspeech.benchmark.decode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ffmpeg that is installed on this machine. */
final class Ffmpeg {
  private final String version;

  private Ffmpeg(String version) {
    this.version = version;
  }

  /** Finds ffmpeg; empty if it is not installed. */
  static Optional<Ffmpeg> installed() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("ffmpeg", "-version").redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0
          ? Optional.of(new Ffmpeg(output.split(" ", 4)[2]))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  String version() {
    return version;
  }

  /** Runs ffmpeg with options. */
  void run(List<String> options) throws IOException, InterruptedException {
    cpuSeconds(options);
  }

  /**
   * Decodes a file to 16 kHz mono on one thread; returns the CPU time in seconds, including
   * start-up.
   */
  double decode(Path file) throws IOException, InterruptedException {
    return cpuSeconds(
        List.of(
            "-threads",
            "1",
            "-i",
            file.toString(),
            "-ac",
            "1",
            "-ar",
            "16000",
            "-f",
            "s16le",
            "/dev/null"));
  }

  private static double cpuSeconds(List<String> options) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "TIMEFORMAT='cpu %3U %3S'; time ffmpeg -nostdin -v error -y \"$@\"",
                "ffmpeg"));
    command.addAll(options);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("ffmpeg " + String.join(" ", options) + ": " + output);
    }
    String[] times = output.substring(output.lastIndexOf("cpu ") + 4).strip().split(" ", 2);
    return Double.parseDouble(times[0]) + Double.parseDouble(times[1]);
  }
}
