package deepspeech.runtime.locale;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;

/**
 * The encoding of file names in this JVM. The JVM takes it from the locale when it starts. Under
 * the locales C and POSIX, which are common in containers and cron jobs, it is ASCII. Then no file
 * whose name has other characters can be opened. No option of the JVM changes the encoding: {@code
 * -Dsun.jnu.encoding=UTF-8} is ignored (tried with JDK 17).
 */
public final class FileNameEncoding {
  private static final String PROPERTY = "sun.jnu.encoding";

  private final String name;

  private FileNameEncoding(String name) {
    this.name = name;
  }

  /** The encoding of this JVM. */
  public static FileNameEncoding ofProcess() {
    return new FileNameEncoding(System.getProperty(PROPERTY, "UTF-8"));
  }

  static FileNameEncoding named(String name) {
    return new FileNameEncoding(name);
  }

  /** True if the encoding can represent every name. */
  public boolean isUnicode() {
    try {
      return Charset.forName(name).equals(StandardCharsets.UTF_8);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return false;
    }
  }

  /**
   * A warning of one line for the user who started the process; empty if every name can be
   * represented.
   */
  public Optional<String> warning() {
    return isUnicode()
        ? Optional.empty()
        : Optional.of(
            "file names use the locale's encoding, %s: a file whose name has other characters cannot be opened; start with LC_ALL=C.UTF-8"
                .formatted(name));
  }
}
