package deepspeech.speech.audio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A recording in a local file. */
record RecordingFile(Path path) implements AudioSource {
  @Override
  public byte[] readAll(int mostBytes) throws IOException {
    return Files.readAllBytes(path);
  }

  @Override
  public ByteRanges open() throws IOException {
    FileChannel channel = FileChannel.open(path);
    long size = channel.size();
    return new ByteRanges() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public byte[] read(long offset, int length) throws IOException {
        int bytes = (int) Math.max(0, Math.min(length, size - offset));
        ByteBuffer range = ByteBuffer.allocate(bytes);
        while (range.hasRemaining()) {
          if (channel.read(range, offset + range.position()) < 0) {
            throw new IOException("the file became shorter while it was read");
          }
        }
        return range.array();
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
