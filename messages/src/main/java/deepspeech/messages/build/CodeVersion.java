package deepspeech.messages.build;

import deepspeech.messages.InvalidMessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version of the code from which a program was built.
 *
 * @param version of the project
 * @param commit of git, 40 hexadecimal digits; {@value #UNKNOWN} if it was built outside a clone
 * @param dirty true if the working tree had uncommitted changes
 */
public record CodeVersion(String version, String commit, boolean dirty) {
  /** Commit of a build without git. */
  public static final String UNKNOWN = "unknown";

  private static final String RESOURCE = "code-version.properties";
  private static final String DIRTY = "-dirty";

  public CodeVersion {
    InvalidMessageException.require(
        version != null && !version.isBlank(), "version", version, "a version");
    InvalidMessageException.require(
        commit != null && !commit.isBlank(), "commit", commit, "a commit, or unknown");
  }

  /** The version from which this program was built. */
  public static CodeVersion ofBuild() {
    Properties properties = new Properties();
    try (InputStream resource = CodeVersion.class.getResourceAsStream(RESOURCE)) {
      properties.load(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " of the build cannot be read", e);
    }
    return new CodeVersion(
        properties.getProperty("version"),
        properties.getProperty("commit"),
        Boolean.parseBoolean(properties.getProperty("dirty")));
  }

  /**
   * The commit, followed by {@code -dirty} if there were uncommitted changes, as in {@code git
   * describe}.
   */
  public String revision() {
    return dirty ? commit + DIRTY : commit;
  }
}
