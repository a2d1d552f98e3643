package deepspeech.runtime.start;

import deepspeech.messages.InvalidMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that a service writes to. */
public final class WritableFolder {
  private WritableFolder() {}

  /**
   * Creates the folder if it does not exist, and writes and deletes a file in it.
   *
   * @param variable the variable that names the folder
   * @throws InvalidMessageException naming the variable, the folder and the reason, if this process
   *     may not do that
   */
  public static void require(String variable, Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "writable", null));
    } catch (IOException e) {
      throw new InvalidMessageException(
          InvalidMessageException.field(
                      variable, folder, "a folder that the user of this process may write to")
                  .getMessage()
              + " (%s)".formatted(e),
          e);
    }
  }
}
