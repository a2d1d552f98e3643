package deepspeech.checkpoint;

import deepspeech.messages.identity.CheckpointId;
import deepspeech.messages.identity.ModelReference;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.StoreLocation;
import deepspeech.objectstore.Retry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs and their checkpoints in an S3 bucket.
 *
 * <p>A checkpoint is committed as a whole or not at all: its files first, {@code checkpoint.json}
 * last and create-only. Downloads are verified against the sizes and SHA-256 hashes in {@code
 * checkpoint.json}. The pointers {@code latest} and {@code best} move by compare-and-swap. Every
 * method may be called from any thread. If the server fails, a method retries a bounded number of
 * times and then throws {@link CheckpointStoreException} with one line for the user.
 */
public final class CheckpointStore implements AutoCloseable {

  /** How many of the newest checkpoints are retained. */
  public static final int NEWEST_RETAINED = 3;

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final String writer;
  private final Clock clock;
  private final CheckpointIndex index;
  private final CheckpointCommit commit;
  private final CheckpointRetrieval retrieval;
  private final CheckpointPointers pointers;
  private final CheckpointRetention retention;
  private final RunDocuments runDocuments;
  private final LeaseRecords leases;

  CheckpointStore(ObjectStore objects, String prefix, String writer, Clock clock) {
    this.layout = StoreLayout.under(prefix);
    this.objects = objects;
    this.writer = writer;
    this.clock = clock;
    this.index = new CheckpointIndex(objects, layout);
    this.commit = new CheckpointCommit(objects, layout, index, writer, clock);
    this.retrieval = new CheckpointRetrieval(objects, layout, index);
    this.pointers = new CheckpointPointers(objects, layout, writer, clock);
    this.retention =
        new CheckpointRetention(objects, layout, index, pointers, commit, writer, clock);
    this.runDocuments = new RunDocuments(objects, layout);
    this.leases = new LeaseRecords(objects, layout, clock);
  }

  /**
   * Opens the store. It sends nothing yet: call {@link #check()} to find out whether the server can
   * be used.
   *
   * @param configuration the address of the store and the keys
   */
  public static CheckpointStore connect(CheckpointStoreConfiguration configuration) {
    return connect(configuration, Retry.DEFAULT);
  }

  /** Opens the store in the same way, with a policy for a server that is not reachable. */
  public static CheckpointStore connect(CheckpointStoreConfiguration configuration, Retry retry) {
    return new CheckpointStore(
        new S3ObjectStore(configuration, retry),
        configuration.prefix(),
        ManagementFactory.getRuntimeMXBean().getName(),
        Clock.systemUTC());
  }

  /** Throws unless the server answers, accepts the keys and has the bucket. */
  public void check() {
    objects.check();
  }

  /**
   * Commits a checkpoint. Committing the same content again changes nothing.
   *
   * @param files the content, each file with a distinct name; it is streamed, never held as a whole
   *     in memory
   * @param metadata further data about the checkpoint, such as the step
   * @return the checkpoint with the sizes and hashes of its files; the existing one if it was
   *     committed before
   * @throws CheckpointConflictException if a checkpoint of that id exists with other content, or
   *     this process is committing it at the moment
   */
  public StoredCheckpoint commit(
      RunId run,
      CheckpointId checkpoint,
      List<CheckpointSource> files,
      Map<String, String> metadata) {
    return commit(run, checkpoint, files, metadata, () -> {});
  }

  /**
   * The same, unless {@code requireHeld}, which is called before each write to the server, throws.
   */
  public StoredCheckpoint commit(
      RunId run,
      CheckpointId checkpoint,
      List<CheckpointSource> files,
      Map<String, String> metadata,
      Runnable requireHeld) {
    return commit.commit(run, checkpoint, files, metadata, requireHeld);
  }

  /** Removes a checkpoint and its files. A missing checkpoint is no error. */
  public void remove(RunId run, CheckpointId checkpoint) {
    retention.remove(run, checkpoint);
  }

  /** The complete checkpoints of a run, oldest first. */
  public List<CheckpointId> list(RunId run) {
    return index.complete(run);
  }

  /**
   * The description of a checkpoint, without the content of its files.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   */
  public StoredCheckpoint describe(RunId run, CheckpointId checkpoint) {
    return index.require(run, checkpoint).stored(index.uri(run, checkpoint));
  }

  /**
   * The store that a reference points to. It is this store, unless the reference is a URI of
   * another bucket or prefix. Then it is that {@link OtherStore}, or else a bucket on the same
   * server with the same keys. The returned store shares this one's connections and need not be
   * closed.
   */
  public CheckpointStore of(ModelReference reference) {
    return reference.store().filter(location -> !isAt(location)).map(this::at).orElse(this);
  }

  private boolean isAt(StoreLocation location) {
    return objects.uri(layout.root()).equals(location + "/");
  }

  private CheckpointStore at(StoreLocation location) {
    return new CheckpointStore(objects.bucket(location.bucket()), location.prefix(), writer, clock);
  }

  /**
   * The checkpoint of this store that {@code resume_model} or {@code pretrained_model} names.
   * {@code latest} means the newest complete one. See {@link #of} for checkpoints of another store.
   *
   * @param run the run for a reference that names none
   * @throws CheckpointNotFoundException if there is no such checkpoint
   */
  public StoredCheckpoint resolve(RunId run, ModelReference reference) {
    RunId named = reference.run().orElse(run);
    return describe(
        named,
        switch (reference.checkpoint()) {
          case ModelReference.LATEST -> newest(named);
          case ModelReference.BEST -> bestOf(named);
          default -> CheckpointId.parse(reference.checkpoint());
        });
  }

  private CheckpointId newest(RunId run) {
    List<CheckpointId> complete = index.complete(run);
    if (complete.isEmpty()) {
      throw index.noneOf(run);
    }
    return complete.get(complete.size() - 1);
  }

  private CheckpointId bestOf(RunId run) {
    return best(run)
        .map(BestPointer::checkpoint)
        .orElseThrow(
            () ->
                new CheckpointNotFoundException(
                    "run %s has no best checkpoint: none has been tested yet".formatted(run)));
  }

  /**
   * Downloads a checkpoint into a directory, which is created if it is missing. Existing files with
   * the right content are not downloaded again.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   * @throws DamagedCheckpointException if a file differs from what was committed; no damaged file
   *     remains in the directory
   */
  public LocalCheckpoint open(RunId run, CheckpointId checkpoint, Path directory) {
    return retrieval.open(run, checkpoint, directory, Set.of());
  }

  /**
   * Downloads some files of a checkpoint, otherwise like {@link #open(RunId, CheckpointId, Path)}.
   *
   * @param files names of the files; empty for all
   */
  public LocalCheckpoint open(
      RunId run, CheckpointId checkpoint, Path directory, Set<String> files) {
    return retrieval.open(run, checkpoint, directory, files);
  }

  /**
   * Downloads the newest intact checkpoint into a folder of its name in {@code directory}. Newer
   * ones that are damaged are skipped and listed in the result.
   */
  public NewestIntactCheckpoint newestIntact(RunId run, Path directory) {
    return retrieval.newestIntact(run, directory, Set.of());
  }

  /**
   * Downloads some files of the newest checkpoint in which they are intact, otherwise like {@link
   * #newestIntact(RunId, Path)}. Its other files may be damaged.
   *
   * @param files names of the files; empty for all
   */
  public NewestIntactCheckpoint newestIntact(RunId run, Path directory, Set<String> files) {
    return retrieval.newestIntact(run, directory, files);
  }

  /** The pointer {@code latest}; empty before the first checkpoint. */
  public Optional<LatestPointer> latest(RunId run) {
    return pointers.latest(run);
  }

  /**
   * Moves {@code latest} to a checkpoint. Nothing changes if it already names that checkpoint.
   *
   * @throws PointerConflictException if it names a later checkpoint, or another writer moved it
   *     meanwhile
   */
  public LatestPointer moveLatest(RunId run, CheckpointId checkpoint) {
    return pointers.moveLatest(run, checkpoint);
  }

  /** The pointer {@code best}; empty before the first test. */
  public Optional<BestPointer> best(RunId run) {
    return pointers.best(run);
  }

  /**
   * Moves {@code best} to this checkpoint if its CER is lower, or if the CER is equal and the
   * checkpoint is earlier. So the order of the tests does not change the final best checkpoint.
   *
   * @param cer corpus character error rate on the test set, from 0
   * @return the pointer {@code best} afterwards
   */
  public BestPointer offerBest(RunId run, CheckpointId checkpoint, double cer) {
    return pointers.offerBest(run, checkpoint, cer);
  }

  /**
   * Protects a checkpoint from {@link #retain}.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   */
  public void pin(RunId run, CheckpointId checkpoint) {
    retention.pin(run, checkpoint);
  }

  /**
   * Removes the protection. Does nothing if the checkpoint is not pinned.
   *
   * @throws CheckpointNotFoundException if there is no such checkpoint
   */
  public void unpin(RunId run, CheckpointId checkpoint) {
    retention.unpin(run, checkpoint);
  }

  /** The pinned checkpoints, oldest first. */
  public List<CheckpointId> pinned(RunId run) {
    return retention.pinned(run);
  }

  /**
   * Removes old checkpoints. It retains the newest {@link #NEWEST_RETAINED}, those that {@code
   * latest} and {@code best} name, the pinned ones, and {@code needed}. It also removes the files
   * of unfinished commits that are older than the newest complete checkpoint.
   *
   * @param needed checkpoints in use, for example by an evaluation
   */
  public RetentionResult retain(RunId run, Set<CheckpointId> needed) {
    return retention.retain(run, NEWEST_RETAINED, needed);
  }

  /**
   * Goes back to a checkpoint permanently. Removes every later checkpoint, so that the resumed
   * training can commit under their names, and moves {@code latest} to this one. Clears {@code
   * best} if it names a later checkpoint or cannot be read.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   * @throws CheckpointConflictException if a later checkpoint is pinned
   */
  public RetentionResult rewind(RunId run, CheckpointId checkpoint) {
    return retention.rewind(run, checkpoint);
  }

  /** The runs that have any object in the store, by name. */
  public List<RunId> runs() {
    return runDocuments.runs();
  }

  /** Reads {@code run.json}; empty if it does not exist. */
  public Optional<RunDocument> readRun(RunId run) {
    return runDocuments.read(run);
  }

  /**
   * Creates {@code run.json} of a run.
   *
   * @throws RunConflictException if it exists with other content
   */
  public void createRun(RunId run, byte[] content) {
    runDocuments.create(run, content);
  }

  /**
   * Replaces {@code run.json}.
   *
   * @param read the content to replace
   * @throws RunConflictException if {@code run.json} has changed since it was read
   */
  public void replaceRun(RunId run, RunDocument read, byte[] content) {
    runDocuments.replace(run, read, content);
  }

  /** What the evaluators share of the tests of checkpoints. */
  public SharedTestDocuments tests() {
    return new SharedTestDocuments(objects, layout);
  }

  /** The leases of trainers on runs. */
  public LeaseRecords leases() {
    return leases;
  }

  /** Closes the connections to the server. */
  @Override
  public void close() {
    objects.close();
  }
}
