package deepspeech.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** The image of one program. */
final class ProgramImage {
  private static final String USER = "10001:10001";
  private static final String HOME = ProgramLayers.HOME;
  private static final String REPOSITORY = "deepspeech/";

  private final ImagedProgram program;
  private final BuildSettings settings;
  private final Licences licences;
  private final ProgramLayers layers;
  private final Path staging;
  private final String name;

  /** A written archive, its digest and the names of its own layers. */
  record Built(Path archive, String digest, List<String> layers) {}

  /**
   * Prepares an image.
   *
   * @param staging an empty folder for its files, until it is built
   */
  ProgramImage(ImagedProgram program, BuildSettings settings, Path staging) throws IOException {
    this.program = program;
    this.settings = settings;
    this.staging = staging;
    this.name = settings.torch().imageOf(program);
    this.licences = Licences.of(program.module(settings.root()));
    this.layers = ProgramLayers.of(program.read(settings.root()), settings.torch(), staging);
  }

  /** Writes the archive, and pushes the image if a target is given. */
  Built build() throws Exception {
    Path empty = Files.createDirectory(staging.resolve("empty"));
    List<FileEntriesLayer> built = layers.build(settings.runtime(), documents(), empty);
    Path archive = settings.output().resolve(name + ".tar");
    String local = REPOSITORY + name + ":" + settings.tag();
    Optional<ImageReference> target = target();
    JibContainer container = write(built, TarImage.at(archive).named(ImageReference.parse(local)));
    if (target.isPresent()) {
      push(built, target.get());
    }
    return new Built(
        archive,
        container.getDigest().toString(),
        built.stream().map(FileEntriesLayer::getName).toList());
  }

  /** Where the image is pushed to. */
  private Optional<ImageReference> target() {
    if (settings.push().isEmpty()) {
      return Optional.empty();
    }
    String text = settings.push().get() + "/" + name + ":" + settings.tag();
    try {
      return Optional.of(ImageReference.parse(text));
    } catch (InvalidImageReferenceException e) {
      throw new ImageException(
          "--push: \"%s\" given, allowed: REGISTRY/PATH, such as registry.example.org/deepspeech"
              .formatted(settings.push().get()),
          e);
    }
  }

  private JibContainer write(List<FileEntriesLayer> built, TarImage archive) throws Exception {
    Optional<ImageReference> base = settings.base().inRegistry();
    base.ifPresent(reference -> settings.registries().requireReachable("--base", reference));
    try {
      return containerize(image(built), Containerizer.to(archive));
    } catch (RegistryException | IOException | ExecutionException e) {
      throw base.isEmpty() ? e : RegistryAccess.failure("--base", base.get(), e);
    }
  }

  private void push(List<FileEntriesLayer> built, ImageReference target) throws Exception {
    settings.registries().requireReachable("--push", target);
    try {
      var unused =
          containerize(image(built), Containerizer.to(settings.registries().image(target)));
    } catch (RegistryException | IOException | ExecutionException e) {
      throw RegistryAccess.failure("--push", target, e);
    }
  }

  private JibContainer containerize(JibContainerBuilder image, Containerizer containerizer)
      throws Exception {
    Path cache = settings.output().resolve("cache");
    return image.containerize(
        settings
            .registries()
            .allow(containerizer)
            .setBaseImageLayersCache(cache.resolve("base"))
            .setApplicationLayersCache(cache.resolve("layers"))
            .setToolName("deepspeech-images"));
  }

  private JibContainerBuilder image(List<FileEntriesLayer> built) {
    return settings
        .base()
        .builder(settings.registries())
        .setFileEntriesLayers(built)
        .setUser(USER)
        // Of relative paths, such as of "export".
        .setWorkingDirectory(AbsoluteUnixPath.get(ImagedProgram.WORK))
        .setEntrypoint(entrypoint())
        .setEnvironment(environment())
        .setExposedPorts(program.ports().stream().map(Port::tcp).collect(Collectors.toSet()))
        .setLabels(labels());
  }

  private List<String> entrypoint() {
    List<String> command = new ArrayList<>();
    command.add(settings.runtime().isPresent() ? ProgramLayers.JAVA + "/bin/java" : "java");
    command.addAll(program.options());
    command.add("-XX:MaxRAMPercentage=" + program.heapPercent());
    // The JVM would write to /tmp, which may be read-only, for tools on the same host.
    command.add("-XX:-UsePerfData");
    // A user without an entry in /etc/passwd has the home "?", which libraries make a folder of.
    command.add("-Duser.home=" + ImagedProgram.WORK);
    command.add("-Djava.io.tmpdir=" + ImagedProgram.WORK);
    command.addAll(layers.options());
    command.addAll(List.of("-jar", layers.app().start()));
    return command;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>(program.environment());
    environment.put("LC_ALL", "C.UTF-8");
    // Otherwise glibc keeps a memory arena for each thread.
    environment.put("MALLOC_ARENA_MAX", "2");
    layers
        .app()
        .version("ai.djl.pytorch:pytorch-jni")
        .ifPresent(
            jni -> {
              environment.put("PYTORCH_LIBRARY_PATH", settings.torch().folder());
              environment.put("PYTORCH_VERSION", jni.replaceFirst("-.*", ""));
              environment.put("PYTORCH_FLAVOR", settings.torch().name());
            });
    if (layers.app().version("org.bytedeco:ffmpeg").isPresent()) {
      environment.put("DEEPSPEECH_CODEC_LIBRARIES", NativeRule.NATIVES + "/ffmpeg");
    }
    if (settings.torch().isInBase()) {
      environment.put("NVIDIA_VISIBLE_DEVICES", "all");
      environment.put("NVIDIA_DRIVER_CAPABILITIES", "compute,utility");
    }
    return environment;
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>(settings.base().labels());
    String prefix = "org.opencontainers.image.";
    labels.put(prefix + "title", name);
    labels.put(prefix + "description", program.description());
    labels.put(prefix + "version", application().version());
    labels.put(prefix + "revision", settings.revision());
    labels.put(prefix + "licenses", program.licences());
    return labels;
  }

  /** LICENSE, NOTICE, the list and the texts of licences, and the bill of materials. */
  private Map<String, Path> documents() throws IOException {
    Map<String, Path> documents = new TreeMap<>();
    for (String name : List.of("LICENSE", "NOTICE")) {
      documents.put(HOME + "/" + name, settings.root().resolve(name));
    }
    documents.put(HOME + "/THIRD-PARTY.txt", licences.list());
    Path texts = settings.root().resolve("deploy/images/licences");
    for (Path text : PackagedProgram.files(texts)) {
      documents.put(HOME + "/licences/" + text.getFileName(), text);
    }
    Path bill = staging.resolve("sbom.cdx.json");
    Files.writeString(
        bill,
        BillOfMaterials.of(application(), layers, settings.base(), settings.runtime(), licences));
    documents.put(BillOfMaterials.PLACE, bill);
    return documents;
  }

  private Artifact application() {
    String version =
        layers.artifacts().values().stream()
            .filter(Artifact::isOwn)
            .map(Artifact::version)
            .findFirst()
            .orElseThrow(() -> new ImageException("%s has no module".formatted(program.image())));
    return new Artifact("deepspeech", program.image(), "", version);
  }
}
