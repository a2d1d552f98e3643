package deepspeech.acoustic.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.acoustic.ctc.CtcLoss;
import deepspeech.acoustic.optimizer.Adam;
import deepspeech.acoustic.torchscript.TensorLists;
import deepspeech.acoustic.torchscript.TorchScriptArchive;
import deepspeech.messages.Json;
import deepspeech.messages.tensor.Safetensors;
import deepspeech.messages.tensor.Tensor;
import deepspeech.messages.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder that {@code acoustic-model/gpu-check} checks a machine with. */
class GpuCheckFolderTest {
  private static final Path TEXTS = Path.of("src/main/resources/deepspeech/acoustic");
  private static final ModelShape SHAPE = new ModelShape(2, 2, 128, 300);

  @TempDir private static Path folder;
  private static GpuCheckFolder.Description description;
  private static GpuCheckFolder.ModelDescription model;

  @BeforeAll
  static void writeFolder() throws IOException {
    GpuCheckFolder.write(folder, Set.of("quick"));
    description =
        Json.read(
            Files.readAllBytes(folder.resolve("check.json")), GpuCheckFolder.Description.class);
    model = description.models().get("quick");
  }

  @Test
  void everyFileIsDescribedAndEveryDescribedFileIsThereWithItsSizeAndHash() throws IOException {
    // When
    Set<String> written;
    try (Stream<Path> paths = Files.walk(folder)) {
      written =
          paths
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString())
              .filter(name -> !name.equals("check.json"))
              .collect(Collectors.toSet());
    }

    // Then
    assertThat(description.files().keySet()).isEqualTo(written).hasSize(16);
    for (Map.Entry<String, GpuCheckFolder.FileDescription> entry : description.files().entrySet()) {
      Path file = folder.resolve(entry.getKey());
      assertThat(entry.getValue().bytes()).as(entry.getKey()).isEqualTo(Files.size(file));
      assertThat(entry.getValue().sha256())
          .as(entry.getKey())
          .isEqualTo(GpuCheckFolder.sha256(file));
    }
    assertThat(usedFiles()).containsExactlyInAnyOrderElementsOf(written);
  }

  private static List<String> usedFiles() {
    GpuCheckFolder.SharedArchives shared = description.archives();
    return Stream.of(
            Stream.of(shared.ctcCriterion(), shared.tensorLists(), shared.adam()),
            Stream.of(model.parameters()),
            model.archives().stream().map(GpuCheckFolder.ArchiveDescription::file),
            model.batches().stream().map(GpuCheckFolder.BatchDescription::file))
        .flatMap(names -> names)
        .toList();
  }

  @Test
  void theArchivesAreThoseThatTheTrainerCompiles() throws IOException {
    // Given
    GpuCheckFolder.SharedArchives shared = description.archives();

    // Then
    assertThat(folder.resolve(shared.adam())).hasBinaryContent(bytes(Adam.archive()));
    assertThat(folder.resolve(shared.tensorLists())).hasBinaryContent(bytes(TensorLists.archive()));
    assertThat(folder.resolve(shared.ctcCriterion())).hasBinaryContent(bytes(CtcLoss.archive()));
    assertThat(model.archives()).hasSize(8);
    for (GpuCheckFolder.ArchiveDescription archive : model.archives()) {
      FrozenLayers frozen = new FrozenLayers(Set.copyOf(archive.frozen()));
      assertThat(folder.resolve(archive.file()))
          .hasBinaryContent(
              bytes(
                  AcousticModel.archive(
                      SHAPE, frozen, archive.fusedGru(), false, archive.precision())));
    }
  }

  @Test
  void theArchivesHoldTheTextsOfTheTrainerAndTheAttributesOfTheModel() throws IOException {
    // Given
    GpuCheckFolder.SharedArchives shared = description.archives();
    String onDevice = text("torchscript/on_device.py");
    String ctc = text("ctc/ctc_loss.py");

    // Then
    assertThat(source(shared.adam(), "Adam"))
        .isEqualTo(onDevice + "\n" + text("optimizer/adam.py"));
    assertThat(source(shared.tensorLists(), "TensorLists"))
        .isEqualTo(text("torchscript/tensor_lists.py"));
    assertThat(source(shared.ctcCriterion(), "CtcCriterion"))
        .isEqualTo(ctc + "\n" + text("ctc/ctc_criterion.py"));
    for (GpuCheckFolder.ArchiveDescription archive : model.archives()) {
      int type = attribute(archive.file(), "product_type");
      assertThat(source(archive.file(), "AcousticModel"))
          .isEqualTo(
              String.join(
                  "\n",
                  onDevice,
                  ctc,
                  (archive.fusedGru() ? RecurrentProduct.PLAIN : RecurrentProduct.of(type))
                      .source(),
                  text("model/packing.py"),
                  text("model/gru.py"),
                  text("model/acoustic_model.py")));
      assertThat(attribute(archive.file(), "convolutions")).isEqualTo(2);
      assertThat(attribute(archive.file(), "rnn_layers")).isEqualTo(2);
      assertThat(attribute(archive.file(), "fused_gru")).isEqualTo(archive.fusedGru() ? 1 : 0);
      // The layers are conv.0, conv.1, rnn.0, rnn.1 and output.
      assertThat(attribute(archive.file(), "frozen"))
          .isEqualTo(archive.frozen().isEmpty() ? 0 : 0b00101);
      // torch.float32, torch.bfloat16 and torch.float16.
      assertThat(type)
          .isEqualTo(Map.of("f32", 6, "bf16", 15, "f16", 5).get(archive.precision().toString()));
    }
    assertThat(model.archives())
        .extracting(GpuCheckFolder.ArchiveDescription::fusedGru)
        .containsExactlyInAnyOrder(false, false, false, false, true, true, true, true);
  }

  @Test
  void theWeightsAreThoseWithWhichANewModelBegins() throws IOException {
    // When
    Map<String, Tensor> weights =
        Safetensors.read(Files.readAllBytes(folder.resolve(model.parameters())));

    // Then
    assertThat(model.shape()).isEqualTo(SHAPE);
    try (TrainableModel trained = TrainableModel.initialise(SHAPE, 1, Devices.CPU)) {
      assertThat(weights).isEqualTo(trained.parameters());
    }
    assertThat(Stream.concat(model.weights().stream(), model.statistics().stream()))
        .containsExactlyInAnyOrderElementsOf(weights.keySet());
  }

  @Test
  void theBatchesHaveMixedShapesAndTheTrainerTakesStepsOnThem() throws IOException {
    try (TrainableModel trained = TrainableModel.initialise(SHAPE, 1, Devices.CPU)) {
      for (GpuCheckFolder.BatchDescription described : model.batches()) {
        // Given
        Map<String, Tensor> arrays =
            Safetensors.read(Files.readAllBytes(folder.resolve(described.file())));
        assertThat(arrays.get("features").type()).isEqualTo(TensorType.F16);
        RaggedBatch batch =
            new RaggedBatch(
                arrays.get("features"),
                arrays.get("frames").toInts(),
                arrays.get("labels").toInts(),
                arrays.get("label_lengths").toInts());

        // When
        StepResult result = trained.step(batch, 1e-4);

        // Then
        assertThat(result.skipped()).as(described.name()).isFalse();
        assertThat(Arrays.stream(batch.frames()).distinct().count()).isGreaterThan(1);
        assertThat(described.pieces())
            .isEqualTo(batch.split(2).stream().map(RaggedBatch::size).toList());
      }
    }
  }

  private static byte[] bytes(TorchScriptArchive archive) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    archive.writeTo(out);
    return out.toByteArray();
  }

  private static String text(String resource) throws IOException {
    return Files.readString(TEXTS.resolve(resource));
  }

  private static String source(String file, String name) throws IOException {
    return new String(entry(file, name + "/code/__torch__.py"), UTF_8);
  }

  /** The four bytes after the attribute's name and the opcode of a whole number. */
  private static int attribute(String file, String name) throws IOException {
    byte[] pickle = entry(file, "AcousticModel/data.pkl");
    String characters = new String(pickle, ISO_8859_1);
    int opcode = characters.indexOf(name + "J");
    assertThat(opcode).as(name).isPositive();
    return ByteBuffer.wrap(pickle)
        .order(ByteOrder.LITTLE_ENDIAN)
        .getInt(opcode + name.length() + 1);
  }

  private static byte[] entry(String file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(folder.resolve(file).toFile())) {
      return zip.getInputStream(zip.getEntry(name)).readAllBytes();
    }
  }
}
