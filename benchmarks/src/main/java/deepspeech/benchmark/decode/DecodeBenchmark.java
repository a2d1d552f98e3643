package deepspeech.benchmark.decode;

import deepspeech.benchmark.BenchmarkCorpus;
import deepspeech.benchmark.BenchmarkFolder;
import deepspeech.benchmark.CpuTime;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.features.FeatureShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Compares decoding and resampling to 16 kHz mono with ffmpeg: CPU time per second of audio. ffmpeg
 * decodes one file of five minutes in a process of its own. The reader decodes the same audio in
 * files of 5 s on one thread. Both run in turn, for several rounds.
 *
 * <p>Arguments: {@code data=FOLDER} with WAV files of speech (otherwise noise), {@code rounds=N},
 * {@code only=TEXT} to select the formats whose names begin with it.
 */
public final class DecodeBenchmark {
  private static final int SECONDS = 300;
  private static final int PIECE_SECONDS = 5;
  private static final int RATE = 48_000;
  private static final int WARM_UP = 4;

  private final Path folder;
  private final Ffmpeg ffmpeg;
  private final int rounds;
  private final AudioReader reader = new AudioReader(FeatureShape.SAMPLE_RATE, SECONDS);

  private DecodeBenchmark(Path folder, Ffmpeg ffmpeg, int rounds) {
    this.folder = folder;
    this.ffmpeg = ffmpeg;
    this.rounds = rounds;
  }

  /** Runs the benchmark and prints the table. */
  public static void main(String... arguments) throws Exception {
    int rounds = 5;
    Path data = null;
    String only = "";
    for (String argument : arguments) {
      if (argument.matches("rounds=[1-9][0-9]{0,3}")) {
        rounds = Integer.parseInt(argument.substring("rounds=".length()));
      } else if (argument.startsWith("only=")) {
        only = argument.substring("only=".length());
      } else if (argument.startsWith("data=")) {
        data = Path.of(argument.substring("data=".length()));
      } else {
        System.err.println("decode: " + argument + "; allowed: data=FOLDER, rounds=N, only=TEXT");
        System.exit(2);
      }
    }
    Ffmpeg ffmpeg = Ffmpeg.installed().orElse(null);
    if (ffmpeg == null) {
      System.out.println(
          "ffmpeg is not installed; it makes the files and is the reference of the comparison");
      return;
    }
    Path folder = Files.createTempDirectory("deepspeech-decode");
    try {
      new DecodeBenchmark(folder, ffmpeg, rounds).run(data, only);
    } finally {
      BenchmarkFolder.delete(folder);
    }
  }

  private void run(Path data, String only) throws IOException, InterruptedException {
    Path source = source(data);
    Path shortest = folder.resolve("shortest.wav");
    ffmpeg.run(List.of("-t", "0.1", "-i", source.toString(), shortest.toString()));
    System.out.printf(
        "CPU ms per second of audio, the minimum of %d rounds; ffmpeg %s -threads 1 -ac 1 -ar 16000%n",
        rounds, ffmpeg.version());
    System.out.println(
        "| | this | ffmpeg | speed relative to ffmpeg: minimum, median, maximum | ffmpeg without its"
            + " start-up | speed relative to that |");
    System.out.println("|---|---|---|---|---|---|");
    for (DecodedFormat format : DecodedFormat.ALL) {
      if (format.name().startsWith(only)) {
        measure(format, source, shortest);
      }
    }
  }

  private void measure(DecodedFormat format, Path source, Path shortest)
      throws IOException, InterruptedException {
    Path whole = folder.resolve("whole." + format.ending());
    List<String> options = new ArrayList<>(List.of("-i", source.toString()));
    options.addAll(format.encoder());
    options.add(whole.toString());
    ffmpeg.run(options);
    List<Path> pieces = pieces(format, source);
    double[] own = new double[rounds];
    double[] other = new double[rounds];
    double[] start = new double[rounds];
    try {
      for (int i = 0; i < WARM_UP; i++) {
        read(pieces);
      }
      for (int round = 0; round < rounds; round++) {
        start[round] = ffmpeg.decode(shortest);
        other[round] = ffmpeg.decode(whole);
        long before = CpuTime.nanos();
        read(pieces);
        own[round] = (CpuTime.nanos() - before) / 1e9;
      }
    } catch (UnusableAudioException e) {
      System.out.printf("| %s | %s | | | | |%n", format.name(), e.getMessage());
      return;
    }
    double[] speed = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      speed[round] = other[round] / own[round];
    }
    Arrays.sort(speed);
    double least = least(own);
    double withoutStart = least(other) - least(start);
    System.out.printf(
        Locale.ROOT,
        "| %s | %.3f | %.3f | %.2f %.2f %.2f | %.3f | %.2f |%n",
        format.name(),
        1000 * least / SECONDS,
        1000 * least(other) / SECONDS,
        speed[0],
        speed[rounds / 2],
        speed[rounds - 1],
        1000 * withoutStart / SECONDS,
        withoutStart / least);
  }

  /** Writes the same audio to files with the length of utterances. */
  private List<Path> pieces(DecodedFormat format, Path source)
      throws IOException, InterruptedException {
    List<Path> pieces = new ArrayList<>();
    Path own = Files.createTempDirectory(folder, "pieces");
    for (int begin = 0; begin < SECONDS; begin += PIECE_SECONDS) {
      Path piece = own.resolve(begin + "." + format.ending());
      List<String> options =
          new ArrayList<>(
              List.of(
                  "-ss",
                  String.valueOf(begin),
                  "-t",
                  String.valueOf(PIECE_SECONDS),
                  "-i",
                  source.toString()));
      options.addAll(format.encoder());
      options.add(piece.toString());
      ffmpeg.run(options);
      pieces.add(piece);
    }
    return pieces;
  }

  private void read(List<Path> pieces) throws IOException, UnusableAudioException {
    for (Path piece : pieces) {
      reader.read(Files.readAllBytes(piece));
    }
  }

  private Path source(Path data) throws IOException, InterruptedException {
    Path source = folder.resolve("source.wav");
    Path list = folder.resolve("list.txt");
    if (data == null) {
      try (BenchmarkCorpus noise = BenchmarkCorpus.write(SECONDS / PIECE_SECONDS, RATE)) {
        concatenate(files(noise.root()), list, source);
      }
    } else {
      concatenate(files(data), list, source);
    }
    return source;
  }

  private static List<Path> files(Path data) throws IOException {
    try (Stream<Path> walk = Files.walk(data)) {
      return walk.filter(file -> file.toString().endsWith(".wav")).sorted().toList();
    }
  }

  private void concatenate(List<Path> files, Path list, Path source)
      throws IOException, InterruptedException {
    if (files.isEmpty()) {
      throw new UncheckedIOException(new IOException("no .wav file in the folder"));
    }
    List<String> lines =
        files.stream().map(file -> "file '%s'".formatted(file.toAbsolutePath())).toList();
    Files.write(list, lines);
    ffmpeg.run(
        List.of(
            "-stream_loop",
            "-1",
            "-f",
            "concat",
            "-safe",
            "0",
            "-i",
            list.toString(),
            "-t",
            String.valueOf(SECONDS),
            "-ar",
            String.valueOf(RATE),
            "-ac",
            "1",
            source.toString()));
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }
}
