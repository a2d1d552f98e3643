package deepspeech.images;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * A repository with a small packaged trainer, the command line, a base image and a Java runtime,
 * all made up.
 */
final class FakeInstallation {
  static final String LIBRARY = "lib/main/";

  private static final String COMMAND_LINE = "deploy/images/command-line/target/";

  private final Path root;

  private FakeInstallation(Path root) {
    this.root = root;
  }

  static FakeInstallation in(Path root) throws IOException {
    FakeInstallation made = new FakeInstallation(root);
    made.write("LICENSE", "Apache");
    made.write("NOTICE", "notice");
    made.write("deploy/images/licences/MIT.txt", "MIT");
    made.write(
        "trainer-service/target/generated-sources/license/THIRD-PARTY.txt",
        """

        Lists of 4 third-party dependencies.
             (Apache-2.0) (LGPL, version 2.1) JNA (net.java.dev.jna:jna:5.8.0 - https://example.org)
             (Apache-2.0) DJL (ai.djl:api:0.35.1 - https://example.org)
             (Apache-2.0) JNI (ai.djl.pytorch:pytorch-jni:2.7.1-0.35.1 - https://example.org)
             (Apache-2.0) Torch (ai.djl.pytorch:pytorch-native-cpu:2.7.1 - https://example.org)
        """);
    made.app(
        """
        ai.djl:api::jar:0.35.1
        ai.djl.pytorch:pytorch-jni::jar:2.7.1-0.35.1
        ai.djl.pytorch:pytorch-native-cpu:linux-x86_64:jar:2.7.1
        net.java.dev.jna:jna::jar:5.8.0
        deepspeech:messages::jar:0.1.0-SNAPSHOT
        """);
    made.jar(LIBRARY + "ai.djl.api-0.35.1.jar", "ai/djl/Api.class");
    made.jar(
        LIBRARY + "ai.djl.pytorch.pytorch-jni-2.7.1-0.35.1.jar",
        "jnilib/pytorch.properties",
        "jnilib/linux-x86_64/cpu/libdjl_torch.so",
        "jnilib/linux-x86_64/cu128/libdjl_torch.so",
        "jnilib/win-x86_64/cpu/djl_torch.dll",
        "jnilib/osx-aarch64/cpu/libdjl_torch.dylib");
    made.jar(
        LIBRARY + "ai.djl.pytorch.pytorch-native-cpu-2.7.1-linux-x86_64.jar",
        "native/lib/pytorch.properties",
        "pytorch/cpu/linux-x86_64/libtorch.so",
        "pytorch/cpu/linux-x86_64/libgomp-98b21ff3.so.1");
    made.jar(
        LIBRARY + "net.java.dev.jna.jna-5.8.0.jar",
        "com/sun/jna/Native.class",
        "com/sun/jna/linux-x86-64/libjnidispatch.so",
        "com/sun/jna/aix-ppc/libjnidispatch.a");
    made.jar(LIBRARY + "deepspeech.messages-0.1.0-SNAPSHOT.jar", "deepspeech/Messages.class");
    made.jar("app/trainer-service-0.1.0-SNAPSHOT.jar", "deepspeech/Trainer.class");
    made.jar("quarkus/generated-bytecode.jar", "deepspeech/Generated.class");
    made.jar("quarkus-run.jar", "META-INF/MANIFEST.MF");
    made.commandLine();
    made.runtime();
    made.base();
    return made;
  }

  Path root() {
    return root;
  }

  Path baseFile() {
    return root.resolve("base.tar");
  }

  Path runtimeFolder() {
    return root.resolve("runtime");
  }

  private void commandLine() throws IOException {
    write(
        COMMAND_LINE + "generated-sources/license/THIRD-PARTY.txt",
        """
             (Apache-2.0) Kafka (org.apache.kafka:kafka-clients:4.1.1 - https://example.org)
             (BSD) zstd-jni (com.github.luben:zstd-jni:1.5.6-10 - https://example.org)
        """);
    commandLineJar(
        "lib/kafka-clients-4.1.1.jar lib/messages-0.1.0-SNAPSHOT.jar lib/zstd-jni-1.5.6-10.jar"
            + " lib/embedded-servers-0.1.0-SNAPSHOT.jar");
    libraryOfCommandLine("org.apache.kafka", "kafka-clients", "4.1.1", "Kafka.class");
    libraryOfCommandLine("deepspeech", "messages", "0.1.0-SNAPSHOT", "Messages.class");
    libraryOfCommandLine(
        "com.github.luben",
        "zstd-jni",
        "1.5.6-10",
        "com/github/luben/zstd/Zstd.class",
        "linux/amd64/libzstd-jni-1.5.6-10.so",
        "win/amd64/libzstd-jni-1.5.6-10.dll");
  }

  /** Writes the jar of the command, with libraries beside those that its image gets. */
  private void commandLineJar(String classPath) throws IOException {
    Path jar =
        root.resolve(COMMAND_LINE + "lib/deepspeech/cli/0.1.0-SNAPSHOT/cli-0.1.0-SNAPSHOT.jar");
    Files.createDirectories(jar.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new ZipEntry("deepspeech/cli/Main.class"));
      out.closeEntry();
    }
  }

  /** Writes a jar of the command line whose entries contain their names. */
  void libraryOfCommandLine(String group, String name, String version, String... entries)
      throws IOException {
    entries(
        root.resolve(
            COMMAND_LINE
                + "lib/%s/%s/%s/%s-%s.jar"
                    .formatted(group.replace('.', '/'), name, version, name, version)),
        entries);
  }

  private void app(String dependencies) throws IOException {
    write(appFile("quarkus-app-dependencies.txt"), dependencies);
  }

  private static String appFile(String name) {
    return "trainer-service/target/quarkus-app/" + name;
  }

  private void runtime() throws IOException {
    write("runtime/release", "JAVA_VERSION=\"17.0.15\"\nMODULES=\"java.base java.xml\"\n");
    write("runtime/bin/java", "java");
    if (!runtimeFolder().resolve("bin/java").toFile().setExecutable(true)) {
      throw new IOException("not executable");
    }
  }

  /** Writes a file with a text. */
  void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** Writes a jar of the application whose entries contain their names. */
  void jar(String name, String... entries) throws IOException {
    entries(root.resolve(appFile(name)), entries);
  }

  private static void entries(Path file, String... entries) throws IOException {
    Files.createDirectories(file.getParent());
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
        out.write(entry.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
  }

  private void base() throws IOException {
    base(List.of());
  }

  /**
   * Writes the base, an archive as docker save writes it.
   *
   * @param more names of the files of each layer above the lowest; their content is "base"
   */
  void base(List<List<String>> more) throws IOException {
    List<byte[]> layers = new ArrayList<>();
    layers.add(
        tar(
            Map.of(
                "etc/os-release",
                "NAME=fake".getBytes(StandardCharsets.UTF_8),
                "./var/lib/dpkg/status.d/libstdc++6",
                "Package: libstdc++6\nVersion: 12.2.0-14+deb12u1\nArchitecture: amd64\n"
                    .getBytes(StandardCharsets.UTF_8))));
    for (List<String> names : more) {
      Map<String, byte[]> layer = new LinkedHashMap<>();
      names.forEach(name -> layer.put(name, "base".getBytes(StandardCharsets.UTF_8)));
      layers.add(tar(layer));
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    List<String> names = new ArrayList<>();
    List<String> digests = new ArrayList<>();
    for (byte[] layer : layers) {
      names.add("\"layer%d.tar\"".formatted(names.size()));
      digests.add("\"sha256:%s\"".formatted(sha256(layer)));
      files.put("layer%d.tar".formatted(files.size()), layer);
    }
    String config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/usr/bin\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":%s}}"
            .formatted(digests);
    files.put("config.json", config.getBytes(StandardCharsets.UTF_8));
    files.put(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"base:1\"],\"Layers\":%s}]"
            .formatted(names)
            .getBytes(StandardCharsets.UTF_8));
    Files.write(baseFile(), tar(files));
  }

  private static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
