package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import deepspeech.messages.features.SkippedUtterance;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationLinesTest {
  @TempDir private Path folder;

  @Test
  void aListFromWindowsIsRead() throws Exception {
    // Given
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "\uFEFFaudio\\a.wav\tone \r\n b.wav \ttwo\tspeaker 7\r\n");
    // When
    List<AnnotationLine> lines = read(list);
    // Then
    assertThat(lines)
        .extracting(AnnotationLine::annotation)
        .containsExactly(
            new Annotation(list, 1, "audio/a.wav", "one"), new Annotation(list, 2, "b.wav", "two"));
  }

  @Test
  void linesThatAreNoAnnotationAreReportedWithTheirNumber() throws Exception {
    // Given
    Path list = folder.resolve("list.txt");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(
        "a.wav\tone\n\n \ttext\na.wav two\nb.wav\t".getBytes(StandardCharsets.UTF_8));
    content.write(0xFF);
    Files.write(list, content.toByteArray());
    // When
    List<AnnotationLine> lines = read(list);
    // Then
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0).problem()).isNull();
    assertThat(lines.subList(1, 5))
        .extracting(AnnotationLine::problem)
        .extracting(SkippedUtterance::utterance, SkippedUtterance::detail)
        .containsExactly(
            tuple(2L, list + " line 2: a path, a tab and a text are expected"),
            tuple(3L, list + " line 3: a path, a tab and a text are expected"),
            tuple(4L, list + " line 4: a path, a tab and a text are expected"),
            tuple(5L, list + " line 5: not UTF-8"));
  }

  @Test
  void aFolderIsReadListByListInTheOrderOfTheirNames() throws Exception {
    // Given
    Files.writeString(folder.resolve("2.txt"), "c.wav\tc");
    Files.writeString(folder.resolve("10.txt"), "a.wav\ta\nb.wav\tb");
    Files.writeString(folder.resolve(".hidden"), "x.wav\tx");
    Path test = Files.writeString(folder.resolve("test.txt"), "t.wav\tt");
    Files.createDirectory(folder.resolve("inner"));
    // When
    List<Path> lists = AnnotationFolder.lists(folder, test);
    // Then
    assertThat(read(lists.toArray(Path[]::new)))
        .extracting(line -> line.annotation().audio())
        .containsExactly("a.wav", "b.wav", "c.wav");
    assertThat(AnnotationLines.count(lists)).isEqualTo(3);
  }

  @Test
  void aLineWithoutEndIsReportedAndTheNextOneIsRead() throws Exception {
    // Given
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "a.wav\t" + "x".repeat(1 << 20) + "\nb.wav\tb\n");
    // When
    List<AnnotationLine> lines = read(list);
    // Then
    assertThat(lines.get(0).problem().detail())
        .isEqualTo(list + " line 1: longer than 1048576 bytes");
    assertThat(lines.get(1).annotation()).isEqualTo(new Annotation(list, 2, "b.wav", "b"));
  }

  private static List<AnnotationLine> read(Path... lists) {
    List<AnnotationLine> read = new ArrayList<>();
    try (AnnotationLines lines = new AnnotationLines(List.of(lists))) {
      lines.forEachRemaining(read::add);
    }
    return read;
  }
}
