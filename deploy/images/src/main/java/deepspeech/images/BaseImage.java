package deepspeech.images;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The image below the layers of a service: glibc, libstdc++ and, in some, a Java runtime. */
sealed interface BaseImage {
  String ALLOWED = "tar://FILE, or a registry's image with its digest, NAME@sha256:DIGEST";
  String TAR = "tar://";

  /**
   * Reads a reference.
   *
   * @throws ImageException if it names an image of a registry without its digest, because a tag may
   *     be another image tomorrow
   */
  static BaseImage read(String text) {
    if (text.startsWith(TAR)) {
      Path file = Path.of(text.substring(TAR.length())).toAbsolutePath().normalize();
      if (!Files.isRegularFile(file)) {
        throw new ImageException("--base: %s is not a file; allowed: %s".formatted(file, ALLOWED));
      }
      Archive archive = new Archive(file);
      if (!archive.hasManifest()) {
        // An OCI layout has index.json instead, which jib-core writes but does not read.
        throw new ImageException(
            "--base: %s has no manifest.json; allowed: an archive as docker save writes it"
                .formatted(file));
      }
      return archive;
    }
    try {
      ImageReference reference = ImageReference.parse(text);
      if (reference.getDigest().isPresent()) {
        return new InRegistry(reference);
      }
    } catch (InvalidImageReferenceException e) {
      throw new ImageException("--base: \"%s\" given, allowed: %s".formatted(text, ALLOWED), e);
    }
    throw new ImageException("--base: \"%s\" has no digest; allowed: %s".formatted(text, ALLOWED));
  }

  /** Starts an image from this base. */
  JibContainerBuilder builder(RegistryAccess registries);

  /** Its name for a registry; empty for an archive. */
  Optional<ImageReference> inRegistry();

  /** Name of the base in the bill of materials. */
  String name();

  /** SHA-256 of the archive or of the manifest, in hexadecimal digits. */
  String sha256();

  /** The packages of which it is known that it has them; none of an image of a registry. */
  List<BasePackages.DebianPackage> packages();

  /**
   * True if it is known that it does not have a file; of an image of a registry it is not known.
   *
   * @param path an absolute path, without links to folders
   */
  boolean lacks(String path);

  /** Labels by which tools find the base of an image. */
  Map<String, String> labels();

  /** An archive on disk, as {@code docker save} and {@code deploy/images/base} write it. */
  record Archive(Path file) implements BaseImage {
    private boolean hasManifest() {
      try {
        return ArchivedLayers.manifest(file).isPresent();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private ImageException unreadable(IOException e) {
      return new ImageException("--base: %s cannot be read: %s".formatted(file, e), e);
    }

    @Override
    public JibContainerBuilder builder(RegistryAccess registries) {
      return Jib.from(TarImage.at(file));
    }

    @Override
    public Optional<ImageReference> inRegistry() {
      return Optional.empty();
    }

    @Override
    public String name() {
      return file.getFileName().toString();
    }

    @Override
    public String sha256() {
      try {
        return FileHash.of(file);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public List<BasePackages.DebianPackage> packages() {
      try {
        return BasePackages.of(file);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public boolean lacks(String path) {
      try {
        return !BaseFile.isIn(file, path);
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    @Override
    public Map<String, String> labels() {
      return Map.of();
    }
  }

  /** An image of a registry, by its digest. */
  record InRegistry(ImageReference reference) implements BaseImage {
    @Override
    public JibContainerBuilder builder(RegistryAccess registries) {
      return Jib.from(registries.image(reference));
    }

    @Override
    public Optional<ImageReference> inRegistry() {
      return Optional.of(reference);
    }

    @Override
    public String name() {
      return reference.getRegistry() + "/" + reference.getRepository();
    }

    @Override
    public String sha256() {
      return reference.getDigest().orElseThrow().replaceFirst("^sha256:", "");
    }

    @Override
    public List<BasePackages.DebianPackage> packages() {
      return List.of();
    }

    @Override
    public boolean lacks(String path) {
      return false;
    }

    @Override
    public Map<String, String> labels() {
      return Map.of(
          "org.opencontainers.image.base.name",
          name(),
          "org.opencontainers.image.base.digest",
          "sha256:" + sha256());
    }
  }
}
