package deepspeech.speech.audio.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The libraries that a codec process loads, in a folder as a container image has them. */
final class UnpackedLibraries {
  static final String PLATFORM =
      CodecCommand.platform(System.getProperty("os.name"), System.getProperty("os.arch"));

  private static final List<String> NAMES =
      List.of(
          "javacpp/%s/libjnijavacpp.so",
          "ffmpeg/%s/libdrm.so.2",
          "ffmpeg/%s/libva.so.2",
          "ffmpeg/%s/libva-drm.so.2",
          "ffmpeg/%s/libavutil.so.60",
          "ffmpeg/%s/libswresample.so.6",
          "ffmpeg/%s/libavcodec.so.62",
          "ffmpeg/%s/libjniavutil.so",
          "ffmpeg/%s/libjniswresample.so",
          "ffmpeg/%s/libjniavcodec.so");

  private UnpackedLibraries() {}

  /** Unpacks the libraries from the jars on the class path, and returns the folder. */
  static Path into(Path folder) throws IOException {
    for (String name : NAMES) {
      String resource = "org/bytedeco/" + name.formatted(PLATFORM);
      Path file = folder.resolve(resource);
      Files.createDirectories(file.getParent());
      try (InputStream in =
          UnpackedLibraries.class.getClassLoader().getResourceAsStream(resource)) {
        // Those of the graphics driver are in the jar of one platform only.
        if (in != null) {
          Files.copy(in, file);
        }
      }
    }
    return folder;
  }
}
