package deepspeech.cli.build;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The modules of the build and what they depend on among each other, read from their poms.
 *
 * @param dependencies by the folder of the module that has them
 */
public record Reactor(Map<String, List<Dependency>> dependencies) {
  private static final Set<String> PACKAGED = Set.of("compile", "runtime");

  /**
   * A dependency on another module.
   *
   * @param scope such as {@code compile}
   */
  public record Dependency(String module, String scope) {}

  /**
   * Reads the poms.
   *
   * @param root folder of the root pom
   * @param properties that are set on Maven's command line, which decide about profiles
   */
  public static Reactor read(Path root, Set<String> properties)
      throws IOException, ParserConfigurationException, SAXException {
    Map<String, Element> poms = new LinkedHashMap<>();
    for (Element modules : children(project(root.resolve("pom.xml")), "modules")) {
      for (Element module : children(modules, "module")) {
        String folder = module.getTextContent();
        poms.put(folder, project(root.resolve(folder).resolve("pom.xml")));
      }
    }
    Map<String, String> folders = new LinkedHashMap<>();
    poms.forEach((folder, pom) -> folders.put(text(pom, "artifactId", ""), folder));
    Map<String, List<Dependency>> dependencies = new LinkedHashMap<>();
    poms.forEach((folder, pom) -> dependencies.put(folder, dependencies(pom, folders, properties)));
    return new Reactor(dependencies);
  }

  public Set<String> modules() {
    return dependencies.keySet();
  }

  /** The modules whose classes a program of this module runs, itself included. */
  public Set<String> packagedWith(String module) {
    return closure(List.of(module), dependency -> PACKAGED.contains(dependency.scope()));
  }

  /**
   * The modules that {@code mvn -pl MODULES -am} builds. Maven counts dependencies of all scopes.
   */
  public Set<String> builtFor(Collection<String> modules) {
    return closure(modules, dependency -> true);
  }

  private Set<String> closure(Collection<String> modules, Predicate<Dependency> counts) {
    Set<String> found = new TreeSet<>();
    List<String> open = new ArrayList<>(modules);
    while (!open.isEmpty()) {
      String module = open.remove(0);
      if (found.add(module)) {
        dependencies.get(module).stream().filter(counts).map(Dependency::module).forEach(open::add);
      }
    }
    return found;
  }

  private static List<Dependency> dependencies(
      Element pom, Map<String, String> folders, Set<String> properties) {
    return Stream.concat(
            Stream.of(pom),
            children(pom, "profiles").stream()
                .flatMap(profiles -> children(profiles, "profile").stream())
                .filter(profile -> isActive(profile, properties)))
        .flatMap(part -> children(part, "dependencies").stream())
        .flatMap(part -> children(part, "dependency").stream())
        .filter(dependency -> text(dependency, "groupId", "").equals("deepspeech"))
        .map(
            dependency ->
                new Dependency(
                    folders.get(text(dependency, "artifactId", "")),
                    text(dependency, "scope", "compile")))
        .toList();
  }

  private static boolean isActive(Element profile, Set<String> properties) {
    String name =
        children(profile, "activation").stream()
            .flatMap(activation -> children(activation, "property").stream())
            .map(property -> text(property, "name", ""))
            .findFirst()
            .orElseThrow();
    return name.startsWith("!")
        ? !properties.contains(name.substring(1))
        : properties.contains(name);
  }

  private static Element project(Path pom)
      throws IOException, ParserConfigurationException, SAXException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(pom.toFile())
        .getDocumentElement();
  }

  private static String text(Element parent, String name, String otherwise) {
    return children(parent, name).stream().findFirst().map(Node::getTextContent).orElse(otherwise);
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }
}
