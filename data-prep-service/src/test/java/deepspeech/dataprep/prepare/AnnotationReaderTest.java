package deepspeech.dataprep.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import deepspeech.messages.features.LeftOut;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnotationReaderTest {
  @TempDir private Path folder;
  private final AnnotationReader reader = new AnnotationReader();

  @Test
  void aListFromWindowsIsRead() throws Exception {
    // Given
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "\uFEFFaudio\\a.wav\tone \r\n b.wav \ttwo\tspeaker 7\r\n");
    // When
    reader.read(list, null);
    // Then
    assertThat(reader.annotations())
        .containsExactly(
            new Annotation(list, 1, "audio/a.wav", "one"), new Annotation(list, 2, "b.wav", "two"));
    assertThat(reader.leftOut()).isEmpty();
  }

  @Test
  void linesThatAreNoAnnotationAreToldWithTheirNumber() throws Exception {
    // Given
    Path list = folder.resolve("list.txt");
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(
        "a.wav\tone\n\n \ttext\na.wav two\nb.wav\t".getBytes(StandardCharsets.UTF_8));
    content.write(0xFF);
    Files.write(list, content.toByteArray());
    // When
    reader.read(list, null);
    // Then
    assertThat(reader.annotations()).hasSize(1);
    assertThat(reader.leftOut())
        .extracting(LeftOut::utterance, LeftOut::detail)
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
    reader.read(folder, test);
    // Then
    assertThat(reader.annotations())
        .extracting(Annotation::audio)
        .containsExactly("a.wav", "b.wav", "c.wav");
  }
}
