package deepspeech.speech.audio.codec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A service that is killed while its codec process is in native code. */
final class DyingService {
  private DyingService() {}

  /**
   * Prints the process id of its codec process, and is gone.
   *
   * @param arguments the folder for libraries, and after how many milliseconds the codec process is
   *     surely in its loop
   */
  public static void main(String... arguments) throws Exception {
    CodecCommand command =
        new CodecCommand(
            new CodecConfiguration(Path.of(arguments[0])),
            System.getProperty("java.class.path"),
            FaultyCodec.Looping.class.getName());
    CodecProcesses codecs =
        new CodecProcesses(() -> command, DecodingLimits.USUAL, System::nanoTime);
    Thread decoder =
        new Thread(
            () -> {
              try {
                codecs.decode(
                    new EncodedAudio(
                        Codec.MP3, new byte[0], 1, 16_000, List.of(new byte[] {1, 2, 3})),
                    1000);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    decoder.setDaemon(true);
    decoder.start();
    Optional<ProcessHandle> child = Optional.empty();
    while (child.isEmpty()) {
      Thread.sleep(50);
      child = ProcessHandle.current().children().findFirst();
    }
    Thread.sleep(Long.parseLong(arguments[1]));
    System.out.println(child.get().pid());
    Runtime.getRuntime().halt(9);
  }
}
