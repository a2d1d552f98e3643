package deepspeech.images;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The coordinates of a jar, as Quarkus lists them beside an application.
 *
 * @param classifier empty if there is none
 */
record Artifact(String group, String name, String classifier, String version) {
  private static final String OWN_GROUP = "deepspeech";

  /** Reads a line such as {@code org.bytedeco:ffmpeg:linux-x86_64:jar:8.0.1-1.5.13}. */
  static Artifact read(String line) {
    String[] parts = line.strip().split(":", -1);
    if (parts.length != 5) {
      throw new ImageException("\"%s\" is not group:name:classifier:type:version".formatted(line));
    }
    return new Artifact(parts[0], parts[1], parts[2], parts[4]);
  }

  /**
   * Reads a path of a Maven repository, such as {@code
   * org/bytedeco/ffmpeg/8.0.1-1.5.13/ffmpeg-8.0.1-1.5.13-linux-x86_64.jar}.
   */
  static Artifact ofRepository(Path jar) {
    int names = jar.getNameCount();
    if (names >= 4) {
      String name = jar.getName(names - 3).toString();
      String version = jar.getName(names - 2).toString();
      Matcher rest =
          Pattern.compile(Pattern.quote(name + "-" + version) + "(?:-(.+))?\\.jar")
              .matcher(jar.getFileName().toString());
      if (rest.matches()) {
        String group = jar.subpath(0, names - 3).toString().replace('/', '.');
        return new Artifact(group, name, rest.group(1) == null ? "" : rest.group(1), version);
      }
    }
    throw new ImageException("%s is not the path of a jar in a Maven repository".formatted(jar));
  }

  /** The name of the file in the application's {@code lib} folder. */
  String fileName() {
    return "%s.%s-%s%s.jar"
        .formatted(group, name, version, classifier.isEmpty() ? "" : "-" + classifier);
  }

  /** Group and name, by which licences are listed. */
  String library() {
    return group + ":" + name;
  }

  /** True for a module of this repository. */
  boolean isOwn() {
    return group.equals(OWN_GROUP);
  }

  /** The package URL. */
  String purl() {
    return "pkg:maven/%s/%s@%s?%stype=jar"
        .formatted(
            group, name, version, classifier.isEmpty() ? "" : "classifier=" + classifier + "&");
  }
}
