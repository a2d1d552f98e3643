package deepspeech.speech.audio.codec;

import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;

/**
 * The configuration of the codecs.
 *
 * @param folder folder where the native libraries are unpacked; created if it does not exist;
 *     processes of one user can share it
 */
public record CodecConfiguration(Path folder) {
  public CodecConfiguration {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Reads the folder from {@code DEEPSPEECH_CODEC_DIR}. The default is a folder in {@code
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
                            + System.getProperty("user.name").replaceAll("\\W", "_"))));
  }
}
