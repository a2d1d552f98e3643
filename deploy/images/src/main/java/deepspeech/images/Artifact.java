package deepspeech.images;

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
