package deepspeech.cli.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** How large a class, a method and a list of parameters of the product may be. */
class SizeTest {
  private static final int CLASS_LINES = 350;
  private static final int METHOD_LINES = 50;
  private static final int PARAMETERS = 10;

  @Test
  void noSourceFileIsLongerThanItsLimit() throws Exception {
    // When
    List<Path> files =
        Stream.concat(Sources.main(".java").stream(), Sources.main(".js").stream()).toList();

    // Then
    assertThat(files).hasSizeGreaterThan(500);
    for (Path file : files) {
      assertThat(Files.readAllLines(file))
          .as("lines of %s", file)
          .hasSizeLessThanOrEqualTo(CLASS_LINES);
    }
  }

  @Test
  void noMethodIsLongerThanItsLimitAndNothingIsMadeOfMoreThanTenValues() throws Exception {
    // When
    Sizes sizes = new Sizes();
    sizes.read(Sources.main(".java"));

    // Then
    assertThat(sizes.methods).isGreaterThan(3000);
    assertThat(sizes.tooLarge).isEmpty();
  }

  /** Collects what is too large. */
  private static final class Sizes extends TreeScanner<Void, CompilationUnitTree> {
    private final List<String> tooLarge = new ArrayList<>();
    private int methods;
    private SourcePositions positions;

    void read(List<Path> files) throws Exception {
      JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
      try (StandardJavaFileManager manager =
          compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
        JavacTask task =
            (JavacTask)
                compiler.getTask(
                    null,
                    manager,
                    null,
                    List.of("-proc:none"),
                    null,
                    manager.getJavaFileObjectsFromPaths(files));
        positions = Trees.instance(task).getSourcePositions();
        for (CompilationUnitTree unit : task.parse()) {
          scan(unit, unit);
        }
      }
    }

    @Override
    public Void visitClass(ClassTree type, CompilationUnitTree unit) {
      if (type.getKind() == Tree.Kind.RECORD) {
        long components =
            type.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .count();
        check(components, PARAMETERS, "components of the record " + type.getSimpleName(), unit);
      }
      return super.visitClass(type, unit);
    }

    @Override
    public Void visitMethod(MethodTree method, CompilationUnitTree unit) {
      methods++;
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method));
      check(last - first + 1, METHOD_LINES, "lines of the method " + method.getName(), unit);
      if (method.getReturnType() == null) {
        check(method.getParameters().size(), PARAMETERS, "parameters of a constructor", unit);
      }
      return super.visitMethod(method, unit);
    }

    private void check(long size, int limit, String what, CompilationUnitTree unit) {
      if (size > limit) {
        tooLarge.add(
            "%s: %d %s, allowed: %d".formatted(unit.getSourceFile().getName(), size, what, limit));
      }
    }
  }
}
