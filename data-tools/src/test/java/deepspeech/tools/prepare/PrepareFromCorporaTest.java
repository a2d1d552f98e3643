package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.speech.features.Numpy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Folders in the layout of the corpora: that of openslr.org/33, /18, /38 and /12 as the Python
 * projects' {@code download_data} scripts and Lhotse's recipes read them, and that of Common Voice
 * as CorporaCreator writes it.
 */
class PrepareFromCorporaTest {
  @TempDir private Path root;
  private Preparation preparation;

  @BeforeEach
  void make() {
    preparation = new Preparation(root);
  }

  @ParameterizedTest
  @CsvSource({"corpora", "corpora/data_aishell"})
  void aishellHasItsOwnSplits(String given) throws Exception {
    // Given
    aishell();
    // When
    int code = preparation.run("--corpus", "aishell", root.resolve(given).toString());
    // Then
    assertThat(code).isZero();
    String wav = "corpora/data_aishell/wav/";
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly(wav + "train/S0002/BAC009S0002W0122.wav 而对楼市成交");
    assertThat(preparation.manifest("manifest.dev"))
        .containsExactly(wav + "dev/S0724/BAC009S0724W0121.wav 广州市");
    assertThat(preparation.manifest("manifest.test"))
        .containsExactly(wav + "test/S0764/BAC009S0764W0121.wav 甚至出现");
    assertThat(preparation.errors())
        .contains("BAC009S0002W0999.wav: has no text: BAC009S0002W0999 is not in transcript/");
  }

  @Test
  void anUnreadableLineOfAishellsTranscriptIsReportedAndTheOthersAreUsed() throws Exception {
    // Given
    aishell();
    Path transcript = root.resolve("corpora/data_aishell/transcript/aishell_transcript_v0.8.txt");
    int lines = Files.readAllLines(transcript).size();
    Files.write(transcript, new byte[] {(byte) 0xe9, ' ', 'a', '\n'}, StandardOpenOption.APPEND);
    // When
    int code =
        preparation.run("--corpus", "aishell", root.resolve("corpora/data_aishell").toString());
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train")).hasSize(1);
    assertThat(preparation.errors())
        .contains("%s line %d: not UTF-8".formatted(transcript, lines + 1));
  }

  @Test
  void aishellWithPackedSpeakersIsReportedWithWhatToDo() throws Exception {
    // Given
    aishell();
    preparation.write("corpora/data_aishell/wav/S0002.tar.gz", new byte[20]);
    preparation.write("corpora/data_aishell/wav/S0003.tar.gz", new byte[20]);
    // When
    int code = preparation.run("--corpus=aishell", root.resolve("corpora").toString());
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(preparation.errors())
        .contains(
            "wav: 1 archives of speakers are not unpacked, the first is S0003.tar.gz; unpack them"
                + " there: for f in *.tar.gz; do tar xzf $f; done");
  }

  @Test
  void thchs30HasItsOwnSplits() throws Exception {
    // Given
    for (String[] utterance :
        new String[][] {{"A11_0", "train"}, {"A11_1", "dev"}, {"D11_750", "test"}}) {
      String name = utterance[0] + ".wav";
      preparation.wav("data_thchs30/data/" + name, 0.5);
      preparation.lines(
          "data_thchs30/data/" + name + ".trn", "绿 是 阳春 烟 景", "lv4 shi4", "l v4 sh ix4");
      preparation.wav("data_thchs30/" + utterance[1] + "/" + name, 0.5);
      preparation.lines(
          "data_thchs30/" + utterance[1] + "/" + name + ".trn", "../data/" + name + ".trn");
    }
    // When
    int code = preparation.run("--corpus", "thchs30", root.toString());
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly("data_thchs30/data/A11_0.wav 绿是阳春烟景");
    assertThat(preparation.manifest("manifest.dev"))
        .containsExactly("data_thchs30/data/A11_1.wav 绿是阳春烟景");
    assertThat(preparation.manifest("manifest.test"))
        .containsExactly("data_thchs30/data/D11_750.wav 绿是阳春烟景");
  }

  @Test
  void freeStHasNoSplitsOfItsOwn() throws Exception {
    // Given
    for (int i = 1; i <= 3; i++) {
      String name = "ST-CMDS-20170001_1-OS/20170001P00001A000" + i;
      preparation.wav(name + ".wav", 0.5);
      preparation.write(name + ".txt", "我想听".getBytes(StandardCharsets.UTF_8));
      preparation.lines(name + ".metadata", "SEX\tmale");
    }
    Files.delete(root.resolve("ST-CMDS-20170001_1-OS/20170001P00001A0002.txt"));
    // When
    int code = preparation.run("--corpus", "free-st", root.toString());
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly("ST-CMDS-20170001_1-OS/20170001P00001A0001.wav 我想听");
    assertThat(preparation.manifest("manifest.test"))
        .containsExactly("ST-CMDS-20170001_1-OS/20170001P00001A0003.wav 我想听");
    assertThat(preparation.errors())
        .contains("20170001P00001A0002.wav: has no text: ")
        .contains("20170001P00001A0002.txt does not exist");
  }

  @Test
  void librispeechTrainsOnAllTrainingSubsetsAndTestsOnTestClean() throws Exception {
    // Given
    librispeech("train-clean-100", "103-1240", "CHAPTER ONE");
    librispeech("train-other-500", "20-205", "THE SEA");
    librispeech("test-clean", "1089-134686", "HE HOPED");
    librispeech("test-other", "1688-142285", "THERE'S IRON");
    librispeech("dev-clean", "1272-128104", "MISTER QUILTER");
    // When
    int code =
        preparation.run(
            "--corpus", "librispeech", root.toString(), "--text-normalisation=lower_case");
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly(
            "LibriSpeech/train-clean-100/103/1240/103-1240-0000.flac chapter one",
            "LibriSpeech/train-other-500/20/205/20-205-0000.flac the sea");
    assertThat(preparation.manifest("manifest.test"))
        .containsExactly("LibriSpeech/test-clean/1089/134686/1089-134686-0000.flac he hoped");
    assertThat(preparation.manifest("manifest.test-other")).hasSize(1);
    assertThat(preparation.manifest("manifest.dev-clean")).hasSize(1);
    assertThat(preparation.errors()).contains("manifest.test is test-clean");
  }

  @Test
  void aLibrispeechSubsetThatIsNotUnpackedCompletelyIsReported() throws Exception {
    // Given
    librispeech("train-clean-100", "103-1240", "CHAPTER ONE");
    Files.createDirectories(root.resolve("LibriSpeech/test-clean/1089"));
    // When
    int code = preparation.run("--corpus", "librispeech", root.toString());
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(preparation.errors())
        .contains("test-clean: has no .trans.txt file; unpack test-clean.tar.gz as a whole");
  }

  @Test
  void commonVoiceHasItsOwnSplitsAndIsReadAsMp3() throws Exception {
    // Given
    String header =
        "client_id\tpath\tsentence_id\tsentence\tsentence_domain\tup_votes\tdown_votes\tage\tgender";
    String folder = "cv-corpus-17.0-2024-03-15/en/";
    byte[] mp3 = Numpy.bytes("/audio/compressed/tone.mp3");
    for (String clip : new String[] {"1", "2", "3", "4"}) {
      preparation.write(folder + "clips/common_voice_en_" + clip + ".mp3", mp3);
    }
    preparation.lines(
        folder + "train.tsv",
        header,
        "9a\tcommon_voice_en_1.mp3\ts1\t\"\"\"Good-bye,\"\" said the boy.\"\t\t2\t0\t\t",
        "9a\tcommon_voice_en_2\ts2\t\"By heart\", he said\t\t2\t0\t\t");
    preparation.lines(folder + "dev.tsv", header, "9b\tcommon_voice_en_3.mp3\ts3\tDev\t\t2\t0\t\t");
    preparation.lines(
        folder + "test.tsv", header, "9c\tcommon_voice_en_4.mp3\ts4\tTest\t\t2\t0\t\t");
    // When
    int code =
        preparation.run("--corpus", "common-voice", root.resolve(folder).getParent().toString());
    // Then
    assertThat(code).isZero();
    assertThat(preparation.manifest("manifest.train"))
        .containsExactly(
            folder + "clips/common_voice_en_1.mp3 \"Good-bye,\" said the boy.",
            folder + "clips/common_voice_en_2.mp3 \"By heart\", he said");
    assertThat(preparation.manifest("manifest.dev"))
        .containsExactly(folder + "clips/common_voice_en_3.mp3 Dev");
    assertThat(preparation.manifest("manifest.test"))
        .containsExactly(folder + "clips/common_voice_en_4.mp3 Test");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          aishell      ; has no transcript/aishell_transcript_v0.8.txt; the unpacked folder data_aishell
          thchs30      ; has no data; the unpacked folder data_thchs30 or its parent
          free-st      ; has no .wav file; the unpacked folder ST-CMDS-20170001_1-OS
          librispeech  ; has no train-clean-100; the unpacked folder LibriSpeech
          common-voice ; has no train.tsv; the folder of a language of Common Voice is expected
          """)
  void aFolderThatIsNotTheCorpusIsRefusedInOneLine(String corpus, String message) throws Exception {
    // Given
    Path folder = Files.createDirectories(root.resolve("empty"));
    // When
    int code = preparation.run("--corpus", corpus, folder.toString());
    // Then
    assertThat(code).isEqualTo(1);
    assertThat(preparation.errors()).contains("prepare: " + folder + ": " + message);
  }

  @Test
  void wrongUsageSaysWhatIsAllowed() {
    // When
    int name = preparation.run("--corpus", "timit", root.toString());
    int noFolder = preparation.run("--corpus", "aishell");
    int noCorpus = preparation.run("--annotations=" + root, root.toString());
    // Then
    assertThat(new int[] {name, noFolder, noCorpus}).containsOnly(2);
    assertThat(preparation.errors())
        .contains(
            "--corpus is timit; allowed: aishell, thchs30, free-st, librispeech, common-voice")
        .contains("--corpus aishell needs the folder of the corpus after it")
        .contains(
            "\"" + root + "\" is given without an option; allowed: a folder after --corpus NAME");
  }

  private void aishell() throws Exception {
    String folder = "corpora/data_aishell/";
    preparation.lines(
        folder + "transcript/aishell_transcript_v0.8.txt",
        "BAC009S0002W0122 而 对 楼市 成交",
        "BAC009S0724W0121 广州市",
        "BAC009S0764W0121 甚至 出现");
    preparation.wav(folder + "wav/train/S0002/BAC009S0002W0122.wav", 0.5);
    preparation.wav(folder + "wav/train/S0002/BAC009S0002W0999.wav", 0.5);
    preparation.wav(folder + "wav/dev/S0724/BAC009S0724W0121.wav", 0.5);
    preparation.wav(folder + "wav/test/S0764/BAC009S0764W0121.wav", 0.5);
  }

  private void librispeech(String subset, String chapter, String text) throws Exception {
    String folder = "LibriSpeech/%s/%s/".formatted(subset, chapter.replace('-', '/'));
    preparation.lines(folder + chapter + ".trans.txt", chapter + "-0000 " + text);
    preparation.write(folder + chapter + "-0000.flac", Numpy.bytes("/audio/flac-16bit-1ch.flac"));
  }
}
