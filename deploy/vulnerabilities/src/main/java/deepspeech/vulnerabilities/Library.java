package deepspeech.vulnerabilities;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import java.util.Comparator;

/**
 * A library of another project in one version. Jars with different classifiers are one library.
 *
 * @param name Maven's group and artifact, such as {@code io.netty:netty-codec-http}
 */
public record Library(String name, String version) implements Comparable<Library> {
  private static final Comparator<Library> ORDER =
      Comparator.comparing(Library::name).thenComparing(Library::version);

  /**
   * Reads a package URL such as {@code pkg:maven/io.netty/netty-common@4.1.136.Final}.
   *
   * @throws ReviewException if it is not one of a Maven artifact with a version
   */
  static Library ofPurl(String purl) {
    PackageURL url;
    try {
      url = new PackageURL(purl);
    } catch (MalformedPackageURLException e) {
      throw new ReviewException("\"%s\" is not a package URL".formatted(purl), e);
    }
    if (!url.getType().equals("maven") || url.getNamespace() == null || url.getVersion() == null) {
      throw new ReviewException(
          "\"%s\" given, allowed: pkg:maven/GROUP/ARTIFACT@VERSION".formatted(purl));
    }
    return new Library(url.getNamespace() + ":" + url.getName(), url.getVersion());
  }

  /** The package URL. */
  String purl() {
    int colon = name.indexOf(':');
    try {
      return new PackageURL(
              "maven", name.substring(0, colon), name.substring(colon + 1), version, null, null)
          .canonicalize();
    } catch (MalformedPackageURLException e) {
      throw new ReviewException("%s %s has no package URL".formatted(name, version), e);
    }
  }

  @Override
  public int compareTo(Library other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name + " " + version;
  }
}
