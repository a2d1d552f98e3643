package deepspeech.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Evidence;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.component.evidence.Occurrence;

/**
 * The CycloneDX bill of materials of an image: each file that it adds to its base, and the base. It
 * has no time and no random number, so that the same image has the same bill.
 */
final class BillOfMaterials {
  /** Where the bill is in an image. */
  static final String PLACE = ProgramLayers.HOME + "/sbom.cdx.json";

  /** Licences of the build's list that are SPDX identifiers. */
  private static final Set<String> SPDX =
      Set.of("Apache-2.0", "CC0-1.0", "EPL-2.0", "MIT", "LGPL-3.0-or-later");

  private final Licences licences;
  private final Bom bom = new Bom();
  private final List<Component> components = new ArrayList<>();

  private BillOfMaterials(Licences licences) {
    this.licences = licences;
  }

  /**
   * Writes the bill of an image.
   *
   * @param service the application
   * @param runtime folder of a Java runtime
   */
  static String of(
      Artifact service,
      ProgramLayers layers,
      BaseImage base,
      Optional<Path> runtime,
      Licences licences)
      throws IOException {
    BillOfMaterials bill = new BillOfMaterials(licences);
    Metadata metadata = new Metadata();
    // The default is now.
    metadata.setTimestamp(null);
    metadata.setComponent(component(Component.Type.APPLICATION, service));
    bill.bom.setMetadata(metadata);
    bill.addBase(base);
    if (runtime.isPresent()) {
      bill.addRuntime(runtime.get());
    }
    for (Map.Entry<String, Path> file : layers.files().entrySet()) {
      bill.addFile(file.getKey(), file.getValue(), layers.artifacts().get(file.getKey()));
    }
    for (Map.Entry<String, LeanJars.NativeLibrary> library : layers.natives().entrySet()) {
      bill.addNative(library.getKey(), library.getValue());
    }
    bill.bom.setComponents(bill.components);
    try {
      return BomGeneratorFactory.createJson(Version.VERSION_16, bill.bom).toJsonString() + "\n";
    } catch (GeneratorException e) {
      throw new ImageException("the bill of materials cannot be written: " + e.getMessage(), e);
    }
  }

  private void addBase(BaseImage base) {
    Component component = new Component();
    component.setType(Component.Type.CONTAINER);
    component.setName(base.name());
    component.setVersion("sha256:" + base.sha256());
    component.setBomRef("base");
    components.add(component);
    for (BasePackages.DebianPackage one : base.packages()) {
      Component library = new Component();
      library.setType(Component.Type.LIBRARY);
      library.setName(one.name());
      library.setVersion(one.version());
      library.setPurl(one.purl());
      library.setBomRef(one.purl());
      components.add(library);
    }
  }

  private void addRuntime(Path runtime) throws IOException {
    Properties release = new Properties();
    try (var in = Files.newInputStream(runtime.resolve("release"))) {
      release.load(in);
    }
    Component component = new Component();
    component.setType(Component.Type.PLATFORM);
    component.setName("openjdk");
    component.setVersion(unquoted(release.getProperty("JAVA_VERSION", "unknown")));
    component.setBomRef("runtime");
    component.setDescription(
        "A Java runtime of the modules " + unquoted(release.getProperty("MODULES", "")));
    component.setLicenses(licences(List.of("GPL-2.0-only WITH Classpath-exception-2.0")));
    component.setEvidence(at(ProgramLayers.JAVA));
    components.add(component);
  }

  private static String unquoted(String value) {
    return value.replace("\"", "");
  }

  /** Adds a jar or another file. One without coordinates was written by the build. */
  private void addFile(String place, Path file, Artifact artifact) throws IOException {
    Component component;
    if (artifact == null) {
      component = new Component();
      component.setType(Component.Type.FILE);
      component.setName(file.getFileName().toString());
      component.setLicenses(licences(Licences.OWN));
    } else {
      component = component(Component.Type.LIBRARY, artifact);
      component.setLicenses(licences(licences.of(artifact)));
    }
    add(component, place, file);
  }

  private void addNative(String place, LeanJars.NativeLibrary library) throws IOException {
    Component component = new Component();
    component.setType(Component.Type.FILE);
    component.setName(library.file().getFileName().toString());
    component.setVersion(library.origin().version());
    component.setLicenses(licences(licencesOf(library.origin())));
    Property origin = new Property();
    origin.setName("deepspeech:unpacked-from");
    origin.setValue(library.origin().purl());
    component.addProperty(origin);
    add(component, place, library.file());
  }

  /** Where the jar states the licence of its Java code alone, NOTICE has that of the library. */
  private List<String> licencesOf(Artifact origin) {
    return switch (origin.library()) {
      case "org.bytedeco:ffmpeg" -> List.of("LGPL-3.0-or-later");
      case "ai.djl.pytorch:pytorch-native-cpu" -> List.of("BSD-3-Clause");
      default -> licences.of(origin);
    };
  }

  private void add(Component component, String place, Path file) throws IOException {
    component.addHash(new Hash(Hash.Algorithm.SHA_256, FileHash.of(file)));
    component.setBomRef(place);
    component.setEvidence(at(place));
    components.add(component);
  }

  private static Component component(Component.Type type, Artifact artifact) {
    Component component = new Component();
    component.setType(type);
    component.setGroup(artifact.group());
    component.setName(artifact.name());
    component.setVersion(artifact.version());
    component.setPurl(artifact.purl());
    component.setBomRef(artifact.purl());
    return component;
  }

  private static Evidence at(String place) {
    Occurrence occurrence = new Occurrence();
    occurrence.setLocation(place);
    Evidence evidence = new Evidence();
    evidence.addOccurrence(occurrence);
    return evidence;
  }

  private static LicenseChoice licences(List<String> names) {
    LicenseChoice choice = new LicenseChoice();
    for (String name : names) {
      License licence = new License();
      if (SPDX.contains(name)) {
        licence.setId(name);
      } else {
        licence.setName(name);
      }
      choice.addLicense(licence);
    }
    return choice;
  }
}
