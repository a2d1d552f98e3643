package deepspeech.tools.common;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.embedded.EmbeddedS3;
import deepspeech.speech.dataset.Corpus;
import deepspeech.testing.process.JavaLaunch;
import deepspeech.testing.process.JavaProcess;
import deepspeech.testing.server.TestStore;
import deepspeech.tools.check.CheckCommand;
import deepspeech.tools.pack.PackCommand;
import deepspeech.tools.prepare.PrepareCommand;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.File;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged programs as processes of their own, on data that lie in a store. */
@Tag("integration")
class DataToolsIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  @TempDir private static Path folder;
  private static EmbeddedS3 server;
  private static MinioClient client;
  private static Corpus corpus;

  @TempDir private Path here;
  private Map<String, String> environment;

  @BeforeAll
  static void start() throws Exception {
    server = TestStore.start(folder.resolve("s3"), "speech");
    client =
        MinioClient.builder()
            .endpoint(server.endpoint().toString())
            .credentials(server.accessKey(), server.secretKey())
            .build();
    corpus = Corpus.in(Files.createDirectories(folder.resolve("data"))).utterances(9);
    upload(corpus.root(), "");
  }

  @AfterAll
  static void end() throws Exception {
    client.close();
    server.close();
  }

  @BeforeEach
  void configureStore() {
    environment = new TreeMap<>(TestStore.variables(server));
    environment.put("DEEPSPEECH_DATA_CACHE_DIR", here.resolve("cache").toString());
  }

  @Test
  void aDataSetInTheStoreWithoutFaultIsCheckedWithZero() throws Exception {
    // When
    Result result = check("s3://speech/" + Corpus.MANIFEST);
    // Then
    assertThat(result.code).as(result.err).isZero();
    assertThat(result.out)
        .startsWith("s3://speech/set/manifest.train: 9 of 9 utterances can be used, ");
  }

  @Test
  void objectsThatCannotBeUsedAreFoundUnderTheirReasonWhereverTheManifestLies() throws Exception {
    // Given
    put("damaged/broken.wav", new byte[30]);
    Path manifest =
        Files.writeString(
            here.resolve("manifest.train"),
            """
            {"audio_filepath": "s3://speech/set/wav/good-0.wav", "duration": 0.3, "text": "ab"}
            {"audio_filepath": "s3://speech/damaged/broken.wav", "duration": 1, "text": "ab"}
            {"audio_filepath": "s3://speech/damaged/gone.wav", "duration": 1, "text": "ab"}
            {"audio_filepath": "s3://speech/set/wav/good-0.wav", "duration": 0.3, "text": "ab"}
            """);
    // When
    Result result = check(manifest.toString());
    // Then
    assertThat(result.code).as(result.err).isEqualTo(1);
    assertThat(result.out.lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "broken_audio 1 skips them",
            "missing_audio 1 skips them",
            "duplicate_path 1 skips them",
            "missing_audio: line 3: s3://speech/damaged/gone.wav: the object does not exist");
    assertThat(result.out).contains("1 of 4 utterances can be used");
  }

  @Test
  void objectsArePackedAndTheShardsAreUsedFromTheStore() throws Exception {
    // Given
    Path packed = here.resolve("packed");
    // When
    Result result =
        run(PackCommand.class, "--manifest=s3://speech/" + Corpus.MANIFEST, "--output=" + packed);
    upload(packed, "packed/");
    Result checked = check("s3://speech/packed/manifest.train");
    Result statistics =
        run(
            PrepareCommand.class,
            "--manifest=s3://speech/packed/manifest.train",
            "--output=" + here.resolve("of-shards"));
    // Then
    assertThat(result.code).as(result.err).isZero();
    assertThat(result.out).endsWith("manifest.train: 9 utterances in 1 shards, 0 skipped\n");
    assertThat(checked.code).as(checked.err).isZero();
    assertThat(checked.out).contains("9 of 9 utterances can be used");
    assertThat(statistics.code).as(statistics.err).isZero();
    prepareFolder(here.resolve("of-files"));
    assertSameFiles(here.resolve("of-shards"), here.resolve("of-files"));
  }

  @Test
  void aManifestInTheStoreGivesTheFilesOfTheSameOneInAFolder() throws Exception {
    // When
    Result result =
        run(
            PrepareCommand.class,
            "--manifest=s3://speech/" + Corpus.MANIFEST,
            "--output=" + here.resolve("of-objects"));
    // Then
    assertThat(result.code).as(result.err).isZero();
    prepareFolder(here.resolve("of-files"));
    assertSameFiles(here.resolve("of-objects"), here.resolve("of-files"));
  }

  @Test
  void annotationsOfObjectsBecomeAManifestOfObjects() throws Exception {
    // Given
    Path list =
        Files.writeString(
            here.resolve("list.txt"),
            """
            s3://speech/set/wav/good-0.wav\tab
            s3://speech/set/wav/gone.wav\tab
            s3://speech/set/wav/good-1.wav\tba
            """);
    // When
    Result result =
        run(
            PrepareCommand.class,
            "--annotations=" + list,
            "--output=" + here.resolve("made"),
            "--count-threshold=1");
    Result checked =
        run(
            CheckCommand.class,
            "--train_manifest=" + here.resolve("made/manifest.train"),
            "--vocab_path=" + here.resolve("made/zh_vocab.txt"));
    // Then
    assertThat(result.code).as(result.err).isZero();
    assertThat(result.err)
        .contains(
            list + " line 2: s3://speech/set/wav/gone.wav: the object does not exist",
            "skipped 1 utterances: {missing_audio=1}");
    assertThat(here.resolve("made/manifest.train"))
        .hasContent(
            """
            {"audio_filepath":"s3://speech/set/wav/good-0.wav","duration":0.3,"text":"ab"}
            """);
    assertThat(here.resolve("made/manifest.test"))
        .hasContent(
            """
            {"audio_filepath":"s3://speech/set/wav/good-1.wav","duration":0.67,"text":"ba"}
            """);
    assertThat(checked.code).as(checked.err).isZero();
  }

  @Test
  void whatAStoreDoesNotGiveEndsInOneLine() throws Exception {
    // Given
    String manifest = "s3://speech/" + Corpus.MANIFEST;
    // When
    Result gone = check("s3://speech/set/gone");
    environment.put("DEEPSPEECH_S3_SECRET_KEY", "guessed");
    Result refused = check(manifest);
    try (ServerSocket free = new ServerSocket(0)) {
      environment.put("DEEPSPEECH_S3_ENDPOINT", "http://127.0.0.1:" + free.getLocalPort());
    }
    Result away =
        run(PackCommand.class, "--manifest=" + manifest, "--output=" + here.resolve("packed"));
    environment.keySet().removeIf(key -> key.startsWith("DEEPSPEECH_S3_"));
    Result unset =
        run(PrepareCommand.class, "--manifest=" + manifest, "--output=" + here.resolve("out"));
    // Then
    assertThat(gone.code).isEqualTo(3);
    assertThat(gone.err).isEqualTo("check: train_manifest: s3://speech/set/gone: does not exist\n");
    assertThat(refused.code).isEqualTo(3);
    // s3proxy denies the request if the secret key is wrong; others refuse the key.
    assertThat(refused.err).startsWith("check: ").contains("denies access key").hasLineCount(1);
    assertThat(away.code).isEqualTo(1);
    assertThat(away.err).startsWith("pack: ").contains("is not reachable").hasLineCount(1);
    assertThat(unset.code).isEqualTo(1);
    assertThat(unset.err)
        .isEqualTo(
            "prepare: --manifest: %s: no object store is configured: DEEPSPEECH_S3_ENDPOINT is not set\n"
                .formatted(manifest));
    assertThat(here.resolve("packed")).doesNotExist();
    assertThat(here.resolve("out")).doesNotExist();
  }

  @Test
  void whereFilesAreWrittenAnObjectIsRefusedInOneLine() throws Exception {
    // Given
    String manifest = "--manifest=s3://speech/" + Corpus.MANIFEST;
    // When
    Result packed = run(PackCommand.class, manifest, "--output=s3://speech/packed");
    Result list =
        run(CheckCommand.class, "--train_manifest=s3://speech/x", "--list=s3://speech/found.tsv");
    // Then
    assertThat(List.of(packed.code, list.code)).containsOnly(2);
    assertThat(packed.err)
        .isEqualTo(
            "pack: Invalid value for option '--output': 's3://speech/packed' is an object; a path on"
                + " this machine is expected; see --help\n");
    assertThat(list.err).contains("'--list'").contains("is an object").hasLineCount(1);
  }

  private void prepareFolder(Path output) throws Exception {
    Result result =
        run(
            PrepareCommand.class,
            "--manifest=" + corpus.root().resolve(Corpus.MANIFEST),
            "--output=" + output);
    assertThat(result.code).as(result.err).isZero();
  }

  private static void assertSameFiles(Path one, Path other) {
    for (String file : List.of("zh_vocab.txt", "mean_std.npz")) {
      assertThat(one.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
    }
  }

  private Result check(String manifest) throws Exception {
    return run(
        CheckCommand.class,
        "--train_manifest=" + manifest,
        "--vocab_path=s3://speech/" + Corpus.VOCABULARY);
  }

  private Result run(Class<?> program, String... arguments) throws Exception {
    String classPath =
        String.join(
            File.pathSeparator,
            TARGET.resolve("data-tools.jar").toString(),
            TARGET.resolve("lib") + "/*");
    JavaProcess process =
        JavaLaunch.mainClass(program, classPath)
            .environment(environment)
            .directory(here)
            .startApart(here.resolve("out.txt"), here.resolve("err.txt"), arguments);
    return new Result(process.exitCode(), process.output(), process.errors());
  }

  private static void upload(Path root, String prefix) throws Exception {
    List<Path> files;
    try (Stream<Path> all = Files.walk(root)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      put(prefix + root.relativize(file), Files.readAllBytes(file));
    }
  }

  private static void put(String key, byte[] content) throws Exception {
    client.putObject(
        PutObjectArgs.builder().bucket("speech").object(key).data(content, content.length).build());
  }

  private record Result(int code, String out, String err) {}
}
