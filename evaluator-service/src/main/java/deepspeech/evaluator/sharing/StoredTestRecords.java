package deepspeech.evaluator.sharing;

import deepspeech.checkpoint.CheckpointStore;
import deepspeech.checkpoint.SharedDocument;
import deepspeech.evaluator.backlog.UntestedCheckpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Keeps the records in the checkpoint store. */
public final class StoredTestRecords implements TestRecords {
  private static final int HASH_BYTES = 8;

  private final CheckpointStore store;

  public StoredTestRecords(CheckpointStore store) {
    this.store = store;
  }

  @Override
  public Optional<TestRecord> read(UntestedCheckpoint checkpoint) {
    return document(checkpoint).read();
  }

  @Override
  public Optional<TestRecord> update(
      UntestedCheckpoint checkpoint, UnaryOperator<Optional<TestRecord>> change) {
    return document(checkpoint).update(change);
  }

  @Override
  public void delete(UntestedCheckpoint checkpoint) {
    document(checkpoint).delete();
  }

  /**
   * The checkpoint may be announced again with other content, after the run was resumed from an
   * earlier one. So the name has a hash of the event too.
   */
  private SharedDocument<TestRecord> document(UntestedCheckpoint checkpoint) {
    return store
        .tests()
        .of(
            checkpoint.checkpoint().run(),
            checkpoint.checkpoint().checkpoint() + "-" + hash(checkpoint.event()),
            TestRecord.class);
  }

  private static String hash(String event) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(event.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
