package deepspeech.speech;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.TextNormalisation;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.speech.audio.WavBytes;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.features.Numpy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A corpus with every kind of damage that a real one was seen to have, between utterances that are
 * sound. It states for each damaged line what has to be reported about it.
 */
public final class PlantedCorpus {
  /** Two recordings of the same: the second is the mean of the channels of the first. */
  public static final String STEREO = "wav/stereo.wav";

  public static final String MEAN_OF_STEREO = "wav/mean-of-stereo.wav";

  private static final int RATE = 16_000;
  private static final int PCM = 1;
  private static final int FLOAT = 3;
  private static final int TAR_BLOCK = 512;

  /** More than any file here has. */
  private static final long TWO_GIGABYTES = 1L << 31;

  private final Corpus corpus;
  private final List<Planted> planted = new ArrayList<>();
  private final Map<Long, String> sound = new TreeMap<>();

  private PlantedCorpus(Corpus corpus) {
    this.corpus = corpus;
  }

  /**
   * A damaged utterance.
   *
   * @param line in the manifest, from 1
   * @param path as the manifest gives it; null if the line cannot be read
   * @param inManifest whether the manifest and the vocabulary alone show the damage, without audio
   * @param detail is part of the line that reports it
   */
  public record Planted(
      long line, String path, SkipReason reason, boolean inManifest, String detail) {}

  /** Writes a corpus into a folder, which becomes its root. */
  public static PlantedCorpus in(Path root) throws IOException {
    PlantedCorpus planted = new PlantedCorpus(Corpus.in(root));
    for (int i = 0; i < 4; i++) {
      planted.sound("wav/good-%d.wav".formatted(i), 0.4 + 0.1 * i);
    }
    planted.damageLinesAndTexts();
    planted.sound("wav/between.wav", 0.45);
    planted.damagePlaces();
    planted.soundFormats();
    planted.damageAudio();
    planted.damageClaims();
    planted.sound("wav/last.wav", 0.55);
    return planted;
  }

  /** The folder, and the names of the files in it. */
  public Corpus corpus() {
    return corpus;
  }

  /** What is damaged, in the order of the manifest. */
  public List<Planted> planted() {
    return List.copyOf(planted);
  }

  /** The paths of the sound utterances, by line. */
  public Map<Long, String> sound() {
    return new TreeMap<>(sound);
  }

  /** How many utterances are damaged so that they are skipped for each reason. */
  public Map<SkipReason, Integer> counts() {
    return counts(any -> true);
  }

  /** The counts of those damaged utterances that the manifest and the vocabulary alone show. */
  public Map<SkipReason, Integer> countsInManifest() {
    return counts(Planted::inManifest);
  }

  /**
   * What a request says about this data set: utterances of 0.1 to 20 s, each once an epoch, those
   * with unknown characters skipped.
   */
  public DataSpecification specification(int batchSize) {
    return new DataSpecification(
        new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD),
        new DurationLimits(0.1, 20),
        new Batching(batchSize, "instance_shuffle"),
        new TextRules(TextNormalisation.KEEP, UnknownCharacters.DROP_UTTERANCE),
        7);
  }

  private Map<SkipReason, Integer> counts(Predicate<Planted> which) {
    Map<SkipReason, Integer> counts = new TreeMap<>();
    planted.stream()
        .filter(which)
        .collect(groupingBy(Planted::reason, counting()))
        .forEach((reason, count) -> counts.put(reason, Math.toIntExact(count)));
    return counts;
  }

  private void damageLinesAndTexts() throws IOException {
    line("not json", null, SkipReason.MALFORMED_LINE, "not JSON");
    line("", null, SkipReason.MALFORMED_LINE, "empty; a JSON object is expected");
    line(
        "{\"audio_filepath\": \"wav/good-0.wav\", \"text\": \"a\"}",
        null,
        SkipReason.MALFORMED_LINE,
        "duration is missing");
    line("wav/empty-text.wav", 0.5, "", SkipReason.EMPTY_TEXT, "the text is empty");
    line(
        "wav/unknown-text.wav",
        0.5,
        "XYZ",
        SkipReason.NO_KNOWN_CHARACTER,
        "no character of the vocabulary");
    line(
        "wav/partly-unknown-text.wav",
        0.5,
        "abX",
        SkipReason.UNKNOWN_CHARACTERS,
        "not in the vocabulary: X");
    line("wav/good-1.wav", 0.5, "ab", SkipReason.DUPLICATE_PATH, "wav/good-1.wav is already on");
    line("wav/stated-short.wav", 0.05, "a", SkipReason.TOO_SHORT, "min_duration is 0.1 s");
    line("wav/stated-long.wav", 25, "a", SkipReason.TOO_LONG, "max_duration is 20.0 s");
  }

  private void damagePlaces() throws IOException {
    line("../../outside.wav", 0.5, "a", SkipReason.OUTSIDE_ROOT, "outside the dataset root");
    line("/etc/hostname", 0.5, "a", SkipReason.OUTSIDE_ROOT, "outside the dataset root");
    Files.createDirectories(corpus.root().resolve("set/wav/folder.wav"));
    missing("wav/folder.wav", "is a directory, not a file");
    missing("wav/missing.wav", "the file does not exist");
    missing("missing.tar#a.wav", "the file does not exist");
  }

  private void soundFormats() throws IOException {
    float[] left = tone(9000, 0.05);
    float[] right = tone(9000, 0.031);
    ByteBuffer stereo = ByteBuffer.allocate(36_000).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer mean = ByteBuffer.allocate(36_000).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < left.length; i++) {
      short l = (short) Math.round(left[i] * 32767);
      short r = (short) Math.round(right[i] * 32767);
      stereo.putShort(l).putShort(r);
      mean.putFloat((l + r) * 0x1p-16f);
    }
    soundAudio(STEREO, wav(PCM, 2, 16, stereo.array()), 9000.0 / RATE);
    soundAudio(MEAN_OF_STEREO, wav(FLOAT, 1, 32, mean.array()), 9000.0 / RATE);
    soundAudio("wav/sound.flac", Numpy.bytes("/audio/flac-16bit-1ch.flac"), 0.3125);
    soundAudio("wav/sound.mp3", Numpy.bytes("/audio/compressed/mutagen-tags-16k.mp3"), 0.4);
    soundAudio("wav/sound.ogg", Numpy.bytes("/audio/compressed/oggenc-16k.ogg"), 0.4);
    soundAudio("wav/sound.opus", Numpy.bytes("/audio/compressed/stereo-opus.ogg"), 0.5);
    byte[] shard = shard("a.wav", WavBytes.pcm16(tone(8000, 0.05), RATE));
    Files.write(corpus.root().resolve("set/sound.tar"), shard);
    corpus.line(manifestLine("sound.tar#a.wav", 0.5, "ab c"));
    sound.put(lastLine(), "sound.tar#a.wav");
    // What a manifest rounded is no other duration.
    soundAudio("wav/rounded.wav", WavBytes.pcm16(tone(8000, 0.05), RATE), 0.7);
  }

  private void damageAudio() throws IOException {
    byte[] good = WavBytes.pcm16(tone(8000, 0.05), RATE);
    broken("wav/truncated-header.wav", Arrays.copyOf(good, 20), "the WAV");
    // Large, so that it shows in the heap if anything keeps it.
    byte[] long19s = WavBytes.pcm16(tone(19 * RATE, 0.05), RATE);
    broken("wav/truncated.wav", Arrays.copyOf(long19s, long19s.length - 1000), "truncated");
    broken("wav/zero-length.wav", new byte[0], "the file is empty");
    broken("wav/text.wav", "no audio".getBytes(StandardCharsets.UTF_8), "no known audio format");
    byte[] flac = Numpy.bytes("/audio/flac-16bit-1ch.flac");
    broken("wav/truncated.flac", Arrays.copyOf(flac, flac.length / 2), "the FLAC file");
    byte[] opus = Numpy.bytes("/audio/compressed/stereo-opus.ogg");
    broken("wav/truncated.ogg", Arrays.copyOf(opus, opus.length / 2), "the Ogg file is truncated");
    byte[] mp3 = Numpy.bytes("/audio/compressed/lame-16k.mp3");
    broken("wav/truncated.mp3", Arrays.copyOf(mp3, mp3.length - 1), "the MP3 file is truncated");
    audio(
        "wav/silent.wav",
        WavBytes.pcm16(new float[8000], RATE),
        0.5,
        SkipReason.SILENT,
        "digital silence");
    audio("wav/wrong-duration.wav", good, 3.5, SkipReason.WRONG_DURATION, "says 3.5 s");
    audio(
        "wav/wrong-rate.wav",
        WavBytes.pcm16(tone(8000, 0.05), RATE / 2),
        0.5,
        SkipReason.WRONG_DURATION,
        "the audio lasts 1.00 s");
    broken("wav/no-rate.wav", WavBytes.pcm16(tone(8000, 0.05), 0), "sample rate of 0 Hz");
    broken("wav/nan.wav", nan(), "sample 4000 of the WAV file is not a finite number");
    audio(
        "wav/short.wav",
        WavBytes.pcm16(tone(300, 0.05), RATE),
        0.2,
        SkipReason.TOO_SHORT,
        "a window is 0.02 s");
    audio(
        "wav/below.wav",
        WavBytes.pcm16(tone(1000, 0.05), RATE),
        0.2,
        SkipReason.TOO_SHORT,
        "the audio lasts 0.06 s; min_duration is 0.1 s");
    audio(
        "wav/above.wav",
        WavBytes.pcm16(tone(21 * RATE, 0.05), RATE),
        19.9,
        SkipReason.TOO_LONG,
        "the audio lasts 21.00 s; max_duration is 20.0 s");
    audio(
        "wav/endless.wav",
        WavBytes.pcm16(tone(61 * RATE, 0.05), RATE),
        5,
        SkipReason.TOO_LONG,
        "at most 60.00 s can be used");
    corpus.audio("wav/crowded.wav", good, 0.5, "abcabcabcabcabcabcab");
    add("wav/crowded.wav", SkipReason.LABELS_EXCEED_FRAMES, false, "needs 20 output frames");
  }

  /** Small files that claim to be large. */
  private void damageClaims() throws IOException {
    byte[] claim =
        new WavBytes().format(PCM, 1, RATE, 16).chunk("data", 2_000_000_000, new byte[56]).build();
    broken("wav/claim.wav", claim, "claims 2000000000 bytes but the file has 56 left");
    byte[] metadata = Arrays.copyOf(Numpy.bytes("/audio/flac-16bit-1ch.flac"), 100);
    ByteBuffer.wrap(metadata).putInt(42, 0x04FFFFFF);
    broken("wav/claim.flac", metadata, "claims 16777215 bytes, more than the file has");
    byte[] tag = new byte[100];
    ByteBuffer.wrap(tag).put("ID3".getBytes(StandardCharsets.US_ASCII)).putInt(6, 0x7F7F7F7F);
    broken("wav/claim.mp3", tag, "claims 268435465 bytes but the file has");
    byte[] shard = Arrays.copyOf(shard("a.wav", new byte[0]), 2 * TAR_BLOCK);
    byte[] size = "%011o".formatted(TWO_GIGABYTES).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(size, 0, shard, 124, size.length);
    Files.write(corpus.root().resolve("set/claim.tar"), shard);
    corpus.line(manifestLine("claim.tar#a.wav", 0.5, "a"));
    add("claim.tar#a.wav", SkipReason.BROKEN_AUDIO, false, "the shard");
  }

  private static byte[] nan() {
    ByteBuffer data = ByteBuffer.allocate(4 * 8000).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : tone(8000, 0.05)) {
      data.putFloat(sample);
    }
    data.putFloat(4 * 4000, Float.NaN);
    return wav(FLOAT, 1, 32, data.array());
  }

  private static byte[] wav(int format, int channels, int bits, byte[] data) {
    return new WavBytes().format(format, channels, RATE, bits).chunk("data", data).build();
  }

  private static float[] tone(int samples, double radians) {
    float[] tone = new float[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (float) (0.3 * Math.sin(radians * i));
    }
    return tone;
  }

  /** A tar archive of one file. */
  private static byte[] shard(String name, byte[] content) throws IOException {
    ByteArrayOutputStream shard = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(shard)) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return shard.toByteArray();
  }

  private void sound(String path, double seconds) throws IOException {
    corpus.utterance(path, seconds, "ab c");
    sound.put(lastLine(), path);
  }

  private void soundAudio(String path, byte[] content, double seconds) throws IOException {
    corpus.audio(path, content, seconds, "ab c");
    sound.put(lastLine(), path);
  }

  private void broken(String path, byte[] content, String detail) throws IOException {
    audio(path, content, 0.5, SkipReason.BROKEN_AUDIO, detail);
  }

  private void audio(String path, byte[] content, double seconds, SkipReason reason, String detail)
      throws IOException {
    corpus.audio(path, content, seconds, "a");
    add(path, reason, false, detail);
  }

  private void missing(String path, String detail) throws IOException {
    corpus.line(manifestLine(path, 0.5, "a"));
    add(path, SkipReason.MISSING_AUDIO, false, detail);
  }

  private void line(String path, double seconds, String text, SkipReason reason, String detail)
      throws IOException {
    line(manifestLine(path, seconds, text), path, reason, detail);
  }

  private void line(String line, String path, SkipReason reason, String detail) throws IOException {
    corpus.line(line);
    add(path, reason, true, detail);
  }

  private void add(String path, SkipReason reason, boolean inManifest, String detail) {
    planted.add(new Planted(lastLine(), path, reason, inManifest, detail));
  }

  /** The number of the line that was written last. */
  private long lastLine() {
    return corpus.lines();
  }

  private static String manifestLine(String path, double seconds, String text) {
    return String.format(
        Locale.ROOT,
        "{\"audio_filepath\": \"%s\", \"duration\": %s, \"text\": \"%s\"}",
        path,
        seconds,
        text);
  }
}
