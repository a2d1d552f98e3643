package deepspeech.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The image of a made-up trainer that takes libtorch from a made-up base. */
class CudaImageTest {
  private static final String FOLDER = "opt/torch/lib/";
  private static final String LIBTORCH = FOLDER + "libtorch.so";

  @TempDir private Path folder;
  private FakeInstallation installation;

  /** What a call of the command line gave. */
  private record Result(int status, String error) {}

  @BeforeEach
  void makeInstallation() throws Exception {
    installation = FakeInstallation.in(Files.createDirectory(folder.resolve("root")));
  }

  @Test
  void libtorchIsThatOfTheBase() throws Exception {
    // Given
    installation.base(List.of(List.of(LIBTORCH)));

    // When
    ArchivedImage image = built();

    // Then
    assertThat(image.layers().get(2))
        .containsKeys(
            "/deepspeech/natives/libjnidispatch.so", "/opt/torch/lib/0.35.1-libdjl_torch.so")
        .doesNotContainKeys("/" + LIBTORCH, "/deepspeech/natives/pytorch/libtorch.so");
    assertThat(image.content("/opt/torch/lib/0.35.1-libdjl_torch.so"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("jnilib/linux-x86_64/cu128/libdjl_torch.so");
    List<String> variables = new ArrayList<>();
    image.config().get("Env").forEach(variable -> variables.add(variable.asText()));
    assertThat(variables)
        .contains(
            "PYTORCH_LIBRARY_PATH=/opt/torch/lib",
            "PYTORCH_FLAVOR=cu128",
            "NVIDIA_DRIVER_CAPABILITIES=compute,utility",
            "CUDA_CACHE_PATH=/work/cuda");
  }

  @Test
  void theImageHasAnotherNameThanThatForTheCpu() throws Exception {
    // Given
    installation.base(List.of(List.of("./" + LIBTORCH)));

    // When
    ArchivedImage image = built();

    // Then
    JsonNode labels = image.config().get("Labels");
    assertThat(labels.get("org.opencontainers.image.title").asText())
        .isEqualTo("trainer-service-cuda");
    assertThat(image.name())
        .isEqualTo("deepspeech/trainer-service-cuda:" + NamedImagesTest.DEFAULT_TAG);
    assertThat(folder.resolve("out/trainer-service.tar")).doesNotExist();
  }

  @Test
  void thePushedImageHasAnotherNameThanThatForTheCpu() throws Exception {
    try (MemoryRegistry registry = MemoryRegistry.open()) {
      // Given
      installation.base(List.of(List.of(LIBTORCH)));

      // When
      Result result =
          build("--push=" + registry.address() + "/team", "--allow-insecure", "--tag=7");

      // Then
      assertThat(result).isEqualTo(new Result(0, ""));
      assertThat(registry.manifest("team/trainer-service-cuda:7")).isPresent();
      assertThat(registry.manifest("team/trainer-service:7")).isEqualTo(Optional.empty());
    }
  }

  @Test
  void anArchiveWithoutLibtorchIsRefused() throws Exception {
    // Given
    installation.base(List.of(List.of("elsewhere/libtorch.so", LIBTORCH + ".txt")));

    // When
    Result result = build();

    // Then
    assertThat(result)
        .isEqualTo(
            new Result(
                1,
                "--base: base.tar has no /opt/torch/lib/libtorch.so; expected with --flavor cu128:"
                    + " a base that has libtorch for CUDA in the folder of --libtorch\n"));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FOLDER + ".wh.libtorch.so",
        FOLDER + ".wh..wh..opq",
        "opt/.wh.torch",
        "opt/.wh..wh..opq",
        ".wh.opt"
      })
  void anArchiveThatRemovesLibtorchInALaterLayerIsRefused(String remover) throws Exception {
    // Given
    installation.base(List.of(List.of(LIBTORCH), List.of(remover)));

    // When
    Result result = build();

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error()).startsWith("--base: base.tar has no /opt/torch/lib/libtorch.so;");
  }

  @Test
  void aFolderThatALayerHasReplacedIsThatOfTheLayer() throws Exception {
    // Given
    installation.base(
        List.of(
            List.of(LIBTORCH),
            List.of("opt/.wh.torch"),
            List.of(LIBTORCH, FOLDER + ".wh..wh..opq"),
            List.of("opt/.wh.other", FOLDER + ".wh.libc10.so")));

    // When
    Result result = build();

    // Then
    assertThat(result).isEqualTo(new Result(0, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"command-line", "trainer-service,dashboard"})
  void noOtherProgramIsBuiltWithIt(String programs) throws Exception {
    // Given
    installation.base(List.of(List.of(LIBTORCH)));

    // When
    Result result = build("--only=" + programs);

    // Then
    assertThat(result)
        .isEqualTo(
            new Result(1, "--flavor: \"cu128\" given, allowed with it: --only trainer-service\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"opt/torch/lib", "/opt/torch/lib/", ""})
  void aFolderThatIsNotAnAbsolutePathIsRefused(String libtorch) {
    // When
    Result result = build("--libtorch=" + libtorch);

    // Then
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error())
        .startsWith("--libtorch: \"%s\" given, allowed: ".formatted(libtorch));
  }

  private ArchivedImage built() throws Exception {
    assertThat(build()).isEqualTo(new Result(0, ""));
    return ArchivedImage.read(folder.resolve("out/trainer-service-cuda.tar"), path -> true);
  }

  /** Builds the trainer for CUDA, unless options say something else. */
  private Result build(String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--base=tar://" + installation.baseFile());
    arguments.add("--output=" + folder.resolve("out"));
    arguments.add("--root=" + installation.root());
    arguments.add("--flavor=cu128");
    for (String usual : List.of("--only=trainer-service", "--libtorch=/opt/torch/lib")) {
      String name = usual.replaceFirst("=.*", "=");
      if (List.of(options).stream().noneMatch(option -> option.startsWith(name))) {
        arguments.add(usual);
      }
    }
    arguments.addAll(List.of(options));
    StringWriter error = new StringWriter();
    CommandLine commandLine =
        BuildImages.commandLine()
            .setOut(new PrintWriter(new StringWriter()))
            .setErr(new PrintWriter(error));
    int status = commandLine.execute(arguments.toArray(String[]::new));
    return new Result(status, error.toString());
  }
}
