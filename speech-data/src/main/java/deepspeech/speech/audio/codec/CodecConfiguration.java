package deepspeech.speech.audio.codec;

import deepspeech.messages.configuration.EnvironmentVariables;
import java.nio.file.Path;

/**
 * Where the codecs' native libraries are unpacked.
 *
 * @param folder is made if it does not exist; processes of one user can share it
 */
public record CodecConfiguration(Path folder) {
  public CodecConfiguration {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Reads {@code DEEPSPEECH_CODEC_DIR}, else a folder in that of {@code DEEPSPEECH_DATA_CACHE_DIR},
   * else one in the temporary folder that is this user's own.
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
