package deepspeech.messages.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeVersionTest {
  @Test
  void theBuildKnowsItsVersionAndItsCommitOrThatItIsUnknown() {
    // When
    CodeVersion code = CodeVersion.ofBuild();

    // Then
    assertThat(code.version()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    assertThat(code.commit()).matches("[0-9a-f]{40}|unknown");
    assertThat(code.revision()).matches("[0-9a-f]{40}(-dirty)?|unknown");
  }

  @Test
  void aChangedWorkingTreeIsShownBehindTheCommit() {
    assertThat(new CodeVersion("1", "abc", true).revision()).isEqualTo("abc-dirty");
    assertThat(new CodeVersion("1", "abc", false).revision()).isEqualTo("abc");
  }
}
