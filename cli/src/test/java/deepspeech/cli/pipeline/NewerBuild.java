package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A build of the services that writes one more field into every JSON object that the product
 * describes by a class: events, states, requests, answers, leases, and files of a checkpoint. Only
 * commands are without it, because they are the contract with people. It is this build with another
 * {@code Json} class, compiled from its source with one more Jackson module.
 *
 * @param folder with a folder for each module
 */
record NewerBuild(Path folder) implements AutoCloseable {
  /** The names of the added fields begin so. */
  static final String FIELD = "newer_";

  private static final Path SOURCE =
      Path.of("../messages/src/main/java/deepspeech/messages/Json.java");
  private static final String MODULE = ".addModule(new JavaTimeModule())";

  /** The name has the class in it, because a flat object can be of several classes. */
  private static final String ADDED_FIELDS =
      """
        private static final class NewerFields
            extends com.fasterxml.jackson.databind.ser.BeanSerializerModifier {
          private static final long serialVersionUID = 1L;

          @Override
          public java.util.List<com.fasterxml.jackson.databind.ser.BeanPropertyWriter> changeProperties(
              com.fasterxml.jackson.databind.SerializationConfig config,
              com.fasterxml.jackson.databind.BeanDescription bean,
              java.util.List<com.fasterxml.jackson.databind.ser.BeanPropertyWriter> properties) {
            Class<?> type = bean.getBeanClass();
            if (deepspeech.messages.command.Command.class.isAssignableFrom(type)) {
              return properties;
            }
            var name = "newer_" + type.getSimpleName().toLowerCase(java.util.Locale.ROOT);
            var text = config.constructType(String.class);
            var member =
                new com.fasterxml.jackson.databind.introspect.VirtualAnnotatedMember(
                    bean.getClassInfo(), type, name, text);
            var definition =
                com.fasterxml.jackson.databind.util.SimpleBeanPropertyDefinition.construct(
                    config, member, com.fasterxml.jackson.databind.PropertyName.construct(name));
            properties.add(new NewerField(definition, bean.getClassAnnotations(), text));
            return properties;
          }
        }

        private static final class NewerField
            extends com.fasterxml.jackson.databind.ser.VirtualBeanPropertyWriter {
          private static final long serialVersionUID = 1L;

          NewerField(
              com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition definition,
              com.fasterxml.jackson.databind.util.Annotations annotations,
              com.fasterxml.jackson.databind.JavaType type) {
            super(definition, annotations, type);
          }

          @Override
          protected Object value(
              Object bean,
              com.fasterxml.jackson.core.JsonGenerator generator,
              com.fasterxml.jackson.databind.SerializerProvider provider) {
            return "a later addition";
          }

          @Override
          public com.fasterxml.jackson.databind.ser.VirtualBeanPropertyWriter withConfig(
              com.fasterxml.jackson.databind.cfg.MapperConfig<?> config,
              com.fasterxml.jackson.databind.introspect.AnnotatedClass owner,
              com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition definition,
              com.fasterxml.jackson.databind.JavaType type) {
            return this;
          }
        }
      """;

  /** Makes the services of modules. */
  static NewerBuild of(List<String> modules) throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target"), "newer");
    Path classes = compile(folder);
    for (String module : modules) {
      Path copy = folder.resolve(module);
      link(Path.of("..", module, "target", "quarkus-app"), copy);
      replaceClasses(messagesOf(copy), classes);
    }
    return new NewerBuild(folder);
  }

  /** The jar that runs the service of a module. */
  Path service(String module) {
    return folder.resolve(module).resolve("quarkus-run.jar");
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Path compile(Path folder) throws IOException {
    String source = Files.readString(SOURCE);
    assertThat(source).contains(MODULE);
    String newer =
        source.replace(
            MODULE,
            MODULE
                + ".addModule(new com.fasterxml.jackson.databind.module.SimpleModule()"
                + ".setSerializerModifier(new NewerFields()))");
    int end = newer.lastIndexOf('}');
    Path file =
        Files.writeString(
            folder.resolve("Json.java"), newer.substring(0, end) + ADDED_FIELDS + "}\n");
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter output = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  output,
                  files,
                  null,
                  List.of("--release", "17", "-proc:none", "-d", classes.toString()),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as("%s", output).isTrue();
    }
    return classes;
  }

  /** The files are shared with this build, which would take a second to copy for each service. */
  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.createLink(target, file);
        }
      }
    }
  }

  private static Path messagesOf(Path service) throws IOException {
    try (Stream<Path> jars = Files.list(service.resolve("lib/main"))) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("deepspeech.messages-"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Replaces the link by a jar of its own. */
  private static void replaceClasses(Path jar, Path classes) throws IOException {
    Path own = jar.resolveSibling("own.jar");
    Files.copy(jar, own);
    try (FileSystem content = FileSystems.newFileSystem(own);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file,
            content.getPath(classes.relativize(file).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(own, jar, StandardCopyOption.REPLACE_EXISTING);
  }
}
