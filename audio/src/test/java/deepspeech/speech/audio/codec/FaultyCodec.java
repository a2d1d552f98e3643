package deepspeech.speech.audio.codec;

import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.bytedeco.javacpp.BytePointer;

/** Codec processes that do what damaged native code does, each a main class. */
final class FaultyCodec {
  private static final int ABORTED = 134;
  private static final int NO_MEMORY = 71;

  private FaultyCodec() {}

  private static void helloAndInput() throws IOException {
    DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
    out.writeInt(CodecProtocol.HELLO);
    out.writeByte(CodecProtocol.READY);
    if (System.in.read() < 0) {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Dies with any audio. */
  static final class Crashing {
    public static void main(String... arguments) throws IOException {
      helloAndInput();
      Runtime.getRuntime().halt(ABORTED);
    }
  }

  /** Dies with its first audio, and never again; it runs in a folder of its own. */
  static final class CrashingOnce {
    public static void main(String... arguments) throws IOException {
      if (Files.exists(Path.of("crashed"))) {
        CodecMain.main(arguments);
        return;
      }
      helloAndInput();
      Files.createFile(Path.of("crashed"));
      Runtime.getRuntime().halt(ABORTED);
    }
  }

  /**
   * Never answers, and uses the processor all the time; it ends with its service as the true one
   * does.
   */
  static final class Looping {
    public static void main(String... arguments) throws IOException {
      CodecMain.endWith(Long.parseLong(arguments[0]));
      helloAndInput();
      long count = 0;
      while (true) {
        count++;
        if (count == Long.MIN_VALUE) {
          System.err.println(count);
        }
      }
    }
  }

  /** Never answers, and does nothing. */
  static final class Sleeping {
    public static void main(String... arguments) throws Exception {
      helloAndInput();
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /** Takes native memory until there is no more, and prints how much it was. */
  static final class Hungry {
    private static final long STEP = 1 << 24;

    public static void main(String... arguments) throws IOException {
      helloAndInput();
      List<BytePointer> taken = new ArrayList<>();
      try {
        while (taken.size() < 1 << 8) {
          BytePointer memory = new BytePointer(STEP);
          taken.add(memory.fill(1));
        }
      } catch (OutOfMemoryError e) {
        System.err.println("no memory after " + ((taken.size() * STEP) >> 20) + " MB");
        Runtime.getRuntime().halt(NO_MEMORY);
      }
    }
  }

  /** Sends more than it was asked for. */
  static final class Talkative {
    public static void main(String... arguments) throws IOException {
      helloAndInput();
      DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
      out.writeInt(Integer.MAX_VALUE);
      while (true) {
        out.writeLong(0);
      }
    }
  }

  /** Ends before it says anything. */
  static final class Mute {
    public static void main(String... arguments) {
      System.err.println("Could not reserve enough space");
      Runtime.getRuntime().halt(1);
    }
  }

  /** Says nothing for ever. */
  static final class Silent {
    public static void main(String... arguments) throws InterruptedException {
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  /** Says that it cannot load its library, and why: the names of its environment variables. */
  static final class Unusable {
    public static void main(String... arguments) throws IOException {
      DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
      out.writeInt(CodecProtocol.HELLO);
      out.writeByte(CodecProtocol.UNUSABLE);
      CodecProtocol.writeText(out, "environment " + new TreeSet<>(System.getenv().keySet()));
    }
  }
}
