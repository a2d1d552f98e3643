package deepspeech.speech.audio.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import deepspeech.messages.configuration.EnvironmentVariables;
import deepspeech.messages.features.SkipReason;
import deepspeech.speech.audio.GoldenFiles;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import deepspeech.testing.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CodecProcessesTest {
  private static final long PLENTY = 1_000_000;

  @TempDir private Path folder;
  private Set<ProcessHandle> before;
  private EncodedAudio audio;
  private CodecProcesses codecs;

  @BeforeEach
  void readAudio() throws IOException {
    audio = PacketFile.of("a.mp3", GoldenFiles.bytes("/audio/codec/mp3-48k-1ch.mp3"));
    before = ProcessHandle.current().children().collect(Collectors.toSet());
  }

  @AfterEach
  void leaveNoProcess() throws Exception {
    codecs.close();
    for (ProcessHandle child : children()) {
      child.onExit().get(10, TimeUnit.SECONDS);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("hs_err") || name.startsWith("core"));
    }
  }

  @Test
  void audioThatEndsTheProcessTwiceIsBroken() {
    // Given
    codecs = faulty(FaultyCodec.Crashing.class, DecodingLimits.USUAL);
    // When
    // Then
    assertBroken(
        "the MP3 audio ends the process that decodes it, also when it is retried in a new process: it ended with exit code 134 (signal 6)");
    assertThat(codecs.restarts()).isEqualTo(2);
  }

  @Test
  void audioDuringWhichAProcessDiedIsDecodedByAFreshOne() throws Exception {
    // Given
    codecs = faulty(FaultyCodec.CrashingOnce.class, DecodingLimits.USUAL);
    // When
    float[] samples = codecs.decode(audio, PLENTY);
    // Then
    assertThat(samples).hasSize(9216);
    assertThat(codecs.restarts()).isEqualTo(1);
  }

  @Test
  void audioThatTakesTooMuchProcessorTimeIsBroken() {
    // Given
    codecs =
        faulty(FaultyCodec.Looping.class, limits(Duration.ofSeconds(1), Duration.ofMinutes(2)));
    // When
    // Then
    assertBroken("retried in a new process: it took more than 1 s of processor time");
  }

  @Test
  void audioThatIsNeverDecodedIsBroken() {
    // Given
    codecs =
        faulty(FaultyCodec.Sleeping.class, limits(Duration.ofMinutes(1), Duration.ofSeconds(1)));
    // When
    // Then
    assertBroken("retried in a new process: it took more than 2 s");
  }

  @Test
  void audioThatTakesTooMuchMemoryIsBrokenAndTheMachineKeepsItsOwn() {
    // Given
    codecs = faulty(FaultyCodec.Hungry.class, DecodingLimits.USUAL);
    // When
    String message = assertBroken("it ended with exit code 71: no memory after ");
    // Then
    Matcher megabytes = Pattern.compile("after (\\d+) MB").matcher(message);
    assertThat(megabytes.find()).isTrue();
    assertThat(Integer.parseInt(megabytes.group(1))).isBetween(64, 400);
  }

  @Test
  void aProcessThatSendsWhatItMayNotIsOfNoUse() {
    // Given
    codecs = faulty(FaultyCodec.Talkative.class, DecodingLimits.USUAL);
    // When
    // Then
    assertBroken(
        "it does not keep to the protocol: 2147483647 was sent where 1 to 16384 is allowed");
  }

  @Test
  void aProcessThatEndsBeforeItIsReadyIsNoFaultOfTheAudio() {
    // Given
    codecs = faulty(FaultyCodec.Mute.class, DecodingLimits.USUAL);
    // When
    // Then
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOfSatisfying(CodecException.class, e -> assertThat(e.isPassing()).isTrue())
        .hasMessage(
            "a process to decode audio did not start: it ended with exit code 1: Could not reserve enough space");
  }

  @Test
  void aProcessThatIsNeverReadyIsNoFaultOfTheAudio() {
    // Given
    codecs =
        faulty(
            FaultyCodec.Silent.class,
            new DecodingLimits(
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1)));
    // When
    // Then
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOf(CodecException.class)
        .hasMessage("a process to decode audio did not start: it took more than 2 s");
  }

  @Test
  void aLibraryThatCannotBeLoadedIsNamedAndTheEnvironmentIsKeptFromTheProcess() {
    // Given
    codecs = faulty(FaultyCodec.Unusable.class, DecodingLimits.USUAL);
    // When
    // Then
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOfSatisfying(CodecException.class, e -> assertThat(e.isPassing()).isFalse())
        .hasMessageStartingWith(
            "MP3, Vorbis and Opus cannot be decoded: ffmpeg's libraries cannot be loaded: environment [LC_ALL")
        .hasMessageNotContaining("PATH")
        .hasMessageNotContaining("HOME")
        .hasMessageContaining("glibc 2.35");
  }

  @Test
  void startsThatFailAreNotTriedAgainAtOnce() {
    // Given
    AtomicLong now = new AtomicLong();
    codecs =
        new CodecProcesses(() -> command(FaultyCodec.Mute.class), DecodingLimits.USUAL, now::get);
    // When
    int[] pauses = {1, 2, 4, 8, 16, 32, 60, 60};
    for (int i = 0; i < pauses.length; i++) {
      for (int request = 0; request < 3; request++) {
        assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
            .isInstanceOf(CodecException.class)
            .hasMessageContaining("did not start");
      }
      // Then
      assertThat(codecs.restarts()).isEqualTo(i + 1);
      now.addAndGet(Duration.ofSeconds(pauses[i]).toNanos());
    }
  }

  @Test
  void whatIsDecodedWhenTheServiceEndsIsNotBroken() throws Exception {
    // Given
    codecs = faulty(FaultyCodec.Sleeping.class, DecodingLimits.USUAL);
    CompletableFuture<float[]> decoding =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return codecs.decode(audio, PLENTY);
              } catch (UnusableAudioException e) {
                throw new AssertionError(e);
              }
            });
    awaitChildren(1);
    // When
    codecs.close();
    // Then
    assertThatThrownBy(() -> decoding.get(30, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(CodecException.class)
        .hasMessage("the service is ending; no audio is decoded any more");
  }

  @Test
  void signalsThatEndTheServiceDoNotEndTheProcessBeforeIt() throws Exception {
    // Given
    codecs = real(DecodingLimits.USUAL);
    float[] samples = codecs.decode(audio, PLENTY);
    ProcessHandle child = awaitChildren(1).get(0);
    // When
    for (Signal signal : List.of(Signal.TERM, Signal.INT, Signal.HUP, Signal.QUIT)) {
      signal.sendTo(child);
    }
    // Then
    assertThat(codecs.decode(audio, PLENTY)).containsExactly(samples);
    assertThat(child.isAlive()).isTrue();
    assertThat(codecs.restarts()).isZero();
  }

  @Test
  void anUnusedProcessThatWasKilledIsReplaced() throws Exception {
    // Given
    codecs = real(DecodingLimits.USUAL);
    float[] samples = codecs.decode(audio, PLENTY);
    ProcessHandle child = awaitChildren(1).get(0);
    // When
    child.destroyForcibly();
    child.onExit().get();
    // Then
    assertThat(codecs.decode(audio, PLENTY)).containsExactly(samples);
    assertThat(codecs.restarts()).isEqualTo(1);
  }

  @Test
  void anUnusedProcessEnds() throws Exception {
    // Given
    codecs =
        real(
            new DecodingLimits(
                Duration.ofMinutes(2),
                Duration.ofSeconds(5),
                Duration.ofMinutes(2),
                Duration.ofMillis(300)));
    // When
    float[] samples = codecs.decode(audio, PLENTY);
    ProcessHandle child = awaitChildren(1).get(0);
    // Then
    child.onExit().get(30, TimeUnit.SECONDS);
    assertThat(codecs.decode(audio, PLENTY)).containsExactly(samples);
    assertThat(codecs.restarts()).isZero();
  }

  @Test
  void aProcessInNativeCodeEndsWithAServiceThatWasKilled() throws Exception {
    // Given
    codecs = real(DecodingLimits.USUAL);
    // When
    JavaProcess service =
        JavaLaunch.mainClass(DyingService.class)
            .options("-Xmx64m")
            .startApart(
                folder.resolve("service.out"),
                folder.resolve("service.err"),
                folder.resolve("libraries").toString(),
                "3000");
    // Then
    assertThat(service.exitCode()).as(service.errors()).isEqualTo(9);
    var child = ProcessHandle.of(Long.parseLong(service.output().strip()));
    if (child.isPresent()) {
      child.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void aFolderThatOthersWriteToIsRefused() throws Exception {
    // Given
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    codecs = new CodecProcesses(new CodecConfiguration(open));
    // When
    // Then
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            "codec folder %s: other users can write to it; set DEEPSPEECH_CODEC_DIR to a folder that only this user can write to",
            open);
    assertThat(codecs.restarts()).isEqualTo(1);
  }

  @Test
  void eachStartThatFailsBeforeThereIsAProcessIsCounted() {
    // Given
    AtomicLong now = new AtomicLong();
    codecs =
        new CodecProcesses(
            () -> {
              throw new CodecException("no folder", true);
            },
            DecodingLimits.USUAL,
            now::get);
    for (int start = 1; start <= 3; start++) {
      // When
      for (int request = 0; request < 3; request++) {
        assertThatThrownBy(() -> codecs.decode(audio, PLENTY)).hasMessage("no folder");
      }
      // Then
      assertThat(codecs.restarts()).isEqualTo(start);
      now.addAndGet(Duration.ofMinutes(2).toNanos());
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    // Given
    Path file = Files.createFile(folder.resolve("file"));
    codecs = new CodecProcesses(new CodecConfiguration(file.resolve("codec")));
    // When
    // Then
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOf(CodecException.class)
        .hasMessageStartingWith("codec folder %s: cannot be used: ", file.resolve("codec"))
        .hasMessageContaining("set DEEPSPEECH_CODEC_DIR");
  }

  @Test
  void aPlatformWithoutALibraryIsNamed() {
    // Given
    codecs = real(DecodingLimits.USUAL);
    // When
    // Then
    assertThat(CodecCommand.platform("Linux", "amd64")).isEqualTo("linux-x86_64");
    assertThat(CodecCommand.platform("Linux", "aarch64")).isEqualTo("linux-arm64");
    assertThat(CodecCommand.classPath("linux-x86_64", Optional.empty())).contains("ffmpeg");
    assertThatThrownBy(
            () ->
                CodecCommand.classPath(
                    CodecCommand.platform("Windows 11", "amd64"), Optional.empty()))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            "MP3, Vorbis and Opus cannot be decoded on windows-x86_64: ffmpeg's library for it is missing; convert the audio to FLAC or WAV, or use linux-x86_64 or linux-arm64");
  }

  @Test
  void unpackedLibrariesAreLoadedWhereTheyAreAndNothingIsWritten() throws Exception {
    // Given
    Path unpacked = UnpackedLibraries.into(folder.resolve("unpacked"));
    Path unused = folder.resolve("unused");
    codecs = new CodecProcesses(new CodecConfiguration(unused, Optional.of(unpacked)));
    List<Path> before = filesOf(folder);
    // When
    float[] samples = codecs.decode(audio, PLENTY);
    // Then
    assertThat(samples).hasSize(9216);
    assertThat(filesOf(folder)).isEqualTo(before);
    assertThat(CodecCommand.classPath(UnpackedLibraries.PLATFORM, Optional.of(unpacked)))
        .contains(unpacked.toString())
        .doesNotContain(UnpackedLibraries.PLATFORM);
  }

  @Test
  void aMissingUnpackedLibraryIsNamed() throws Exception {
    // Given
    Path unpacked = UnpackedLibraries.into(folder.resolve("unpacked"));
    Files.delete(
        unpacked.resolve(
            "org/bytedeco/ffmpeg/" + UnpackedLibraries.PLATFORM + "/libjniavcodec.so"));
    codecs =
        new CodecProcesses(new CodecConfiguration(folder.resolve("unused"), Optional.of(unpacked)));
    // When
    // Then
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOf(CodecException.class)
        .hasMessage(
            "MP3, Vorbis and Opus cannot be decoded: DEEPSPEECH_CODEC_LIBRARIES: %s has no org/bytedeco/ffmpeg/%s/libjniavcodec.so",
            unpacked, UnpackedLibraries.PLATFORM);
  }

  @Test
  void theFoldersAreThoseOfTheEnvironment() {
    // Given
    codecs = real(DecodingLimits.USUAL);
    // When
    CodecConfiguration usual =
        CodecConfiguration.of(
            new EnvironmentVariables(Map.of("DEEPSPEECH_DATA_CACHE_DIR", "/work/cache")));
    CodecConfiguration image =
        CodecConfiguration.of(
            new EnvironmentVariables(Map.of("DEEPSPEECH_CODEC_LIBRARIES", "/natives/ffmpeg")));
    // Then
    assertThat(usual)
        .isEqualTo(new CodecConfiguration(Path.of("/work/cache/codec"), Optional.empty()));
    assertThat(image.libraries()).contains(Path.of("/natives/ffmpeg"));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  private static DecodingLimits limits(Duration processor, Duration clock) {
    return new DecodingLimits(Duration.ofMinutes(2), processor, clock, Duration.ofMinutes(1));
  }

  private CodecProcesses real(DecodingLimits limits) {
    return new CodecProcesses(
        () -> CodecCommand.of(new CodecConfiguration(folder.resolve("libraries"))),
        limits,
        System::nanoTime);
  }

  private CodecProcesses faulty(Class<?> program, DecodingLimits limits) {
    return new CodecProcesses(() -> command(program), limits, System::nanoTime);
  }

  private CodecCommand command(Class<?> program) {
    return new CodecCommand(
        new CodecConfiguration(folder.resolve("libraries")),
        System.getProperty("java.class.path"),
        program.getName());
  }

  private String assertBroken(String message) {
    String[] complete = new String[1];
    assertThatThrownBy(() -> codecs.decode(audio, PLENTY))
        .isInstanceOfSatisfying(
            UnusableAudioException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(SkipReason.BROKEN_AUDIO);
              complete[0] = e.getMessage();
            })
        .hasMessageContaining(message);
    return complete[0];
  }

  private List<ProcessHandle> children() {
    return ProcessHandle.current().children().filter(child -> !before.contains(child)).toList();
  }

  private List<ProcessHandle> awaitChildren(int count) throws InterruptedException {
    while (children().size() < count) {
      Thread.sleep(20);
    }
    return children();
  }
}
