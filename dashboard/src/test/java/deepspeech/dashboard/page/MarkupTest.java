package deepspeech.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the content security policy refuses is not there in the first place. */
class MarkupTest {
  private static final Pattern INLINE =
      Pattern.compile(
          "<script(?![^>]*\\ssrc=)|<style|\\son\\w+\\s*=|\\sstyle\\s*=|javascript:",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?:src|href)\\s*=\\s*[\"'](?:https?:)?//");

  /** Every way in which a text of a message could become markup or code. */
  private static final Pattern MARKUP_FROM_TEXT =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|createContextualFragment|DOMParser"
              + "|srcdoc|setHTML|\\beval\\(|new Function|setAttribute\\('style'");

  @Test
  void theMarkupHasNoScriptStyleOrHandlerInline() {
    assertThat(PageFiles.ending(".html"))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(PageFiles.text(file)).doesNotContainPattern(INLINE));
    assertThat(PageFiles.ending(".svg"))
        .allSatisfy(file -> assertThat(PageFiles.text(file)).doesNotContainPattern(INLINE));
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    for (Path file : PageFiles.ending(".html")) {
      assertThat(PageFiles.text(file)).doesNotContainPattern(ELSEWHERE);
    }
    assertThat(PageFiles.ending(".css"))
        .isNotEmpty()
        .allSatisfy(
            file ->
                assertThat(PageFiles.text(file)).doesNotContain("@import").doesNotContain("url("));
  }

  @Test
  void noScriptMakesMarkupOrCodeOfAText() {
    assertThat(PageFiles.ending(".js"))
        .isNotEmpty()
        .allSatisfy(
            file -> assertThat(PageFiles.text(file)).doesNotContainPattern(MARKUP_FROM_TEXT));
  }
}
