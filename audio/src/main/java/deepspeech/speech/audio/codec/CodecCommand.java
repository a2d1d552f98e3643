package deepspeech.speech.audio.codec;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The command that starts a codec process. The process runs on the same Java as this one, with
 * little memory and without the environment of this process. It leaves no files behind when it
 * crashes.
 *
 * <p>Ctrl-C in a terminal and SIGTERM from a supervisor reach the child process too, and it ignores
 * them. Otherwise audio that is being decoded while the service stops would look like audio that
 * crashes the decoder. The child process exits at the end of its input, or when its parent process
 * has exited.
 */
final class CodecCommand {
  /**
   * If there is no shell, the child process is limited only by its heap and by avcodec's limits.
   */
  private static final Path SHELL = Path.of("/bin/sh");

  /**
   * The limit of data, which is all memory except mapped files. A process that decodes has 60 MB.
   * At this limit the allocations of avcodec fail before the machine runs out of memory.
   */
  private static final int MOST_KILOBYTES = 400_000;

  private static final String LIMITED =
      "trap '' HUP INT QUIT TERM; ulimit -c 0; ulimit -d %d; exec \"$@\"".formatted(MOST_KILOBYTES);

  private static final List<String> JVM_OPTIONS =
      List.of(
          "-Xms8m",
          "-Xmx64m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=16m",
          "-XX:MaxMetaspaceSize=64m",
          "-XX:CompressedClassSpaceSize=16m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+SuppressFatalErrorMessage",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:-UsePerfData",
          "-XX:+DisplayVMOutputToStderr",
          "-Xrs",
          // With -Xrs the JVM would open a socket for debuggers in /tmp at its start.
          "-XX:+DisableAttachMechanism",
          "--enable-native-access=ALL-UNNAMED",
          "-Dorg.bytedeco.javacpp.nopointergc=true");

  private static final List<String> CLASSES =
      List.of(
          CodecMain.class.getName().replace('.', '/') + ".class",
          "org/bytedeco/javacpp/Loader.class",
          "org/bytedeco/ffmpeg/global/avcodec.class");

  /** Of each jar with native libraries the one that is loaded last, with the platform's name. */
  private static final List<String> NATIVES =
      List.of(
          "org/bytedeco/javacpp/%s/libjnijavacpp.so", "org/bytedeco/ffmpeg/%s/libjniavcodec.so");

  private final CodecConfiguration configuration;
  private final String classPath;
  private final String mainClass;

  /** A command with another main class, for tests. */
  CodecCommand(CodecConfiguration configuration, String classPath, String mainClass) {
    this.configuration = configuration;
    this.classPath = classPath;
    this.mainClass = mainClass;
  }

  /**
   * Returns the command for this platform.
   *
   * @throws CodecException if there is no native library for this platform
   */
  static CodecCommand of(CodecConfiguration configuration) {
    return new CodecCommand(
        configuration,
        classPath(
            platform(System.getProperty("os.name"), System.getProperty("os.arch")),
            configuration.libraries()),
        CodecMain.class.getName());
  }

  /** Returns the name of the platform in the artifacts of org.bytedeco. */
  static String platform(String osName, String osArch) {
    String system = osName.toLowerCase(Locale.ROOT).replaceAll(" .*", "");
    String processor =
        switch (osArch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> osArch;
        };
    return system + "-" + processor;
  }

  /**
   * Returns the class path of the process: only the jars of this process that it needs, and the
   * folder of unpacked libraries, if there is one, in the place of the jars that hold them.
   *
   * @throws CodecException if one of them is missing
   */
  static String classPath(String platform, Optional<Path> libraries) {
    Set<String> places = new LinkedHashSet<>();
    for (String resource : CLASSES) {
      places.add(placeOf(resource, platform));
    }
    for (String name : NATIVES) {
      String resource = name.formatted(platform);
      if (libraries.isEmpty()) {
        places.add(placeOf(resource, platform));
      } else if (Files.isReadable(libraries.get().resolve(resource))) {
        places.add(libraries.get().toString());
      } else {
        throw new CodecException(
            "MP3, Vorbis and Opus cannot be decoded: DEEPSPEECH_CODEC_LIBRARIES: %s has no %s"
                .formatted(libraries.get(), resource),
            false);
      }
    }
    return String.join(File.pathSeparator, places);
  }

  /** Returns the jar or folder on this process's class path that contains a resource. */
  private static String placeOf(String resource, String platform) {
    URL url = CodecCommand.class.getClassLoader().getResource(resource);
    if (url == null) {
      throw new CodecException(
          "MP3, Vorbis and Opus cannot be decoded on %s: ffmpeg's library for it is missing; convert the audio to FLAC or WAV, or use linux-x86_64 or linux-arm64"
              .formatted(platform),
          false);
    }
    return place(url, resource).toString();
  }

  /** Returns the jar or folder that contains a resource. */
  private static Path place(URL url, String resource) {
    String text = url.toString();
    String container = text.substring(0, text.length() - resource.length());
    if (container.startsWith("jar:")) {
      container = container.substring("jar:".length(), container.length() - "!/".length());
    }
    return Path.of(URI.create(container)).toAbsolutePath();
  }

  /**
   * Returns a builder of the process.
   *
   * @throws CodecException if the folder for the libraries cannot be used
   */
  ProcessBuilder processBuilder() {
    Path folder = configuration.libraries().orElseGet(this::folder);
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      command.addAll(List.of(SHELL.toString(), "-c", LIMITED, "codec"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_OPTIONS);
    command.add(
        configuration.libraries().isPresent()
            // JavaCPP loads a library of a folder in place. With a cache it would make a folder for
            // it, even in the home directory.
            ? "-Dorg.bytedeco.javacpp.cacheLibraries=false"
            : "-Dorg.bytedeco.javacpp.cachedir=" + folder);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.add(String.valueOf(ProcessHandle.current().pid()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // A process that reads untrusted files must not see keys and passwords.
    builder.environment().clear();
    builder.environment().putAll(Map.of("LC_ALL", "C.UTF-8"));
    return builder;
  }

  /**
   * Creates and checks the folder for the native libraries. Code is loaded from it, so no other
   * user may have write access.
   */
  private Path folder() {
    Path folder = configuration.folder();
    try {
      if (!Files.isDirectory(folder)) {
        if (folder.getParent() != null) {
          Files.createDirectories(folder.getParent());
        }
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
      Path own = Files.createTempFile(folder, "own", null);
      boolean isOwn = Files.getOwner(folder).equals(Files.getOwner(own));
      Files.delete(own);
      if (!isOwn
          || permissions.contains(PosixFilePermission.GROUP_WRITE)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new CodecException(
            "codec folder %s: other users can write to it; set DEEPSPEECH_CODEC_DIR to a folder that only this user can write to"
                .formatted(folder),
            false);
      }
      return folder;
    } catch (IOException e) {
      throw new CodecException(
          "codec folder %s: cannot be used: %s; set DEEPSPEECH_CODEC_DIR to a folder that can be written and that programs may be run from"
              .formatted(folder, e),
          false);
    }
  }
}
