package deepspeech.operations.locale;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;

/**
 * The encoding in which this JVM writes the names of files, which it takes from the locale when it
 * starts. Under the locales C and POSIX, as a container or cron has them, that is ASCII, and no
 * file with another letter in its name can be opened. No option of the JVM changes it: {@code
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

  /** Whether every name can be written. */
  public boolean isUnicode() {
    try {
      return Charset.forName(name).equals(StandardCharsets.UTF_8);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return false;
    }
  }

  /** One line for whoever started the process; empty if every name can be written. */
  public Optional<String> warning() {
    return isUnicode()
        ? Optional.empty()
        : Optional.of(
            "names of files are in the locale's encoding, %s: no file with another letter in its name can be opened; start with LC_ALL=C.UTF-8"
                .formatted(name));
  }
}
