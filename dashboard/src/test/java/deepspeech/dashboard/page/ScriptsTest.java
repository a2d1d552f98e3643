package deepspeech.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.javascript.jscomp.CheckLevel;
import com.google.javascript.jscomp.CommandLineRunner;
import com.google.javascript.jscomp.Compiler;
import com.google.javascript.jscomp.CompilerOptions;
import com.google.javascript.jscomp.DiagnosticGroups;
import com.google.javascript.jscomp.SourceFile;
import com.google.javascript.jscomp.deps.ModuleLoader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The scripts by the checks of Google's Closure Compiler: syntax, names, types as far as they are
 * declared.
 */
class ScriptsTest {
  /** Stands for the chart library, whose own code is not ours to check. */
  private static final SourceFile CHART_LIBRARY =
      SourceFile.fromCode(
          "/webjars/uplot/1.6.30/dist/uPlot.esm.js",
          PageFiles.text(Path.of("src/test/resources/page/uPlot.esm.js")));

  @Test
  void theCompilerHasNothingToWarnOfInTheScripts() throws Exception {
    // When
    List<SourceFile> scripts =
        Stream.concat(
                Stream.of(CHART_LIBRARY),
                PageFiles.ending(".js").stream().map(ScriptsTest::asServed))
            .toList();

    // Then
    assertThat(problems(scripts)).isEmpty();
  }

  @Test
  void aMissingNameIsAProblem() throws Exception {
    assertThat(problems(withDom("setTexts(document.body, '1');")))
        .singleElement()
        .asString()
        .contains("setTexts");
  }

  @Test
  void aValueOfAnotherTypeIsAProblem() throws Exception {
    assertThat(problems(withDom("setText(document.body, 1);")))
        .singleElement()
        .asString()
        .contains("setText");
  }

  private static List<SourceFile> withDom(String script) {
    return List.of(
        SourceFile.fromCode("/js/wrong.js", "import {setText} from './dom.js';\n" + script),
        asServed(PageFiles.ROOT.resolve("js/dom.js")));
  }

  private static List<String> problems(List<SourceFile> scripts) throws Exception {
    CompilerOptions options = new CompilerOptions();
    options.setChecksOnly(true);
    options.setCheckTypes(true);
    options.setCheckSymbols(true);
    options.setLanguageIn(CompilerOptions.LanguageMode.UNSTABLE);
    options.setModuleResolutionMode(ModuleLoader.ResolutionMode.BROWSER);
    options.setWarningLevel(DiagnosticGroups.CHECK_TYPES, CheckLevel.ERROR);
    options.setWarningLevel(DiagnosticGroups.CHECK_VARIABLES, CheckLevel.ERROR);
    options.setWarningLevel(DiagnosticGroups.MISSING_PROPERTIES, CheckLevel.ERROR);
    Compiler compiler =
        new Compiler(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    compiler.disableThreads();
    compiler.compile(
        CommandLineRunner.getBuiltinExterns(CompilerOptions.Environment.BROWSER), scripts, options);
    return Stream.concat(compiler.getErrors().stream(), compiler.getWarnings().stream())
        .map(
            problem ->
                problem.getSourceName()
                    + ":"
                    + problem.getLineNumber()
                    + ": "
                    + problem.getDescription())
        .toList();
  }

  private static SourceFile asServed(Path file) {
    return SourceFile.fromCode("/" + PageFiles.ROOT.relativize(file), PageFiles.text(file));
  }
}
