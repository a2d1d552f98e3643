package deepspeech.speech.audio.codec;

import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The configuration of the codecs.
 *
 * @param folder folder where the native libraries are unpacked; created if it does not exist;
 *     processes of one user can share it
 * @param libraries folder that has the native libraries already, under the names that they have in
 *     the jars, such as {@code org/bytedeco/ffmpeg/linux-x86_64/libjniavcodec.so}; {@code folder}
 *     is not used then
 */
public record CodecConfiguration(Path folder, Optional<Path> libraries) {
  public CodecConfiguration {
    folder = absolute(folder);
    libraries = libraries.map(CodecConfiguration::absolute);
  }

  /** A configuration with libraries that are unpacked from the jars. */
  public CodecConfiguration(Path folder) {
    this(folder, Optional.empty());
  }

  /**
   * Reads the folder from {@code DEEPSPEECH_CODEC_DIR}, and the one of unpacked libraries from
   * {@code DEEPSPEECH_CODEC_LIBRARIES}. The default of the first is a folder in {@code
   * DEEPSPEECH_DATA_CACHE_DIR} or, if that is not set, a folder of this user in the temporary
   * folder.
   */
  public static CodecConfiguration of(EnvironmentVariables environment) {
    return new CodecConfiguration(
        environment
            .text("DEEPSPEECH_CODEC_DIR")
            .map(Path::of)
            .or(
                () ->
                    environment
                        .text("DEEPSPEECH_DATA_CACHE_DIR")
                        .map(cache -> Path.of(cache, "codec")))
            .orElseGet(
                () ->
                    Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "deepspeech-codec-"
                            + System.getProperty("user.name").replaceAll("\\W", "_"))),
        environment.text("DEEPSPEECH_CODEC_LIBRARIES").map(Path::of));
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
