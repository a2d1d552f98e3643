package deepspeech.images;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What all images of a build have in common.
 *
 * @param root the repository
 * @param output folder for the archives
 * @param runtime folder of a Java runtime that becomes a layer; if empty, the base has {@code java}
 * @param registries how to talk to those of the base and of {@code push}
 * @param push registry and path to push to
 * @param revision the commit
 */
record BuildSettings(
    Path root,
    BaseImage base,
    Path output,
    Optional<Path> runtime,
    TorchFlavor torch,
    RegistryAccess registries,
    Optional<String> push,
    String tag,
    String revision) {}
