package deepspeech.checkpoint;

import deepspeech.messages.checkpoint.CheckpointId;
import deepspeech.messages.checkpoint.ModelReference;
import deepspeech.messages.checkpoint.StoreLocation;
import deepspeech.messages.run.RunId;
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
 * <p>A checkpoint is published whole or not at all: its files first, {@code checkpoint.json} last
 * and create-only. What is fetched is verified against the sizes and SHA-256 hashes in there. The
 * pointers {@code latest} and {@code best} move by compare-and-swap. Every method may be called
 * from any thread, and throws {@link CheckpointStoreException} with one line for the user where the
 * server does not do its part, after a bounded number of attempts.
 */
public final class CheckpointStore implements AutoCloseable {

  /** How many of the newest checkpoints stay. */
  public static final int NEWEST_KEPT = 3;

  private final ObjectStore objects;
  private final StoreLayout layout;
  private final String writer;
  private final Clock clock;
  private final CheckpointIndex index;
  private final CheckpointCommit publication;
  private final CheckpointRetrieval retrieval;
  private final CheckpointPointers pointers;
  private final CheckpointRetention retention;
  private final RunDocuments runDocuments;
  private final RunClaims claims;

  CheckpointStore(ObjectStore objects, String prefix, String writer, Clock clock) {
    this.layout = StoreLayout.under(prefix);
    this.objects = objects;
    this.writer = writer;
    this.clock = clock;
    this.index = new CheckpointIndex(objects, layout);
    this.publication = new CheckpointCommit(objects, layout, index, writer, clock);
    this.retrieval = new CheckpointRetrieval(objects, layout, index);
    this.pointers = new CheckpointPointers(objects, layout, writer, clock);
    this.retention =
        new CheckpointRetention(objects, layout, index, pointers, publication, writer, clock);
    this.runDocuments = new RunDocuments(objects, layout);
    this.claims = new RunClaims(objects, layout, clock);
  }

  /**
   * Opens the store. Nothing is sent yet: {@link #check()} tells whether the server can be used.
   *
   * @param configuration where it is
   */
  public static CheckpointStore connect(CheckpointStoreConfiguration configuration) {
    return connect(configuration, Retry.DEFAULT);
  }

  /**
   * Opens the store, otherwise as {@link #connect(CheckpointStoreConfiguration)}.
   *
   * @param retry how long a request is tried again while the server is away
   */
  public static CheckpointStore connect(CheckpointStoreConfiguration configuration, Retry retry) {
    return new CheckpointStore(
        new S3ObjectStore(configuration, retry),
        configuration.prefix(),
        ManagementFactory.getRuntimeMXBean().getName(),
        Clock.systemUTC());
  }

  /** Throws unless the server answers, takes the keys and has the bucket. */
  public void check() {
    objects.check();
  }

  /**
   * Publishes a checkpoint. To publish the same content again changes nothing.
   *
   * @param files the content, each file under a name of its own; streamed, never held whole
   * @param metadata what else is to be known of it, such as the step
   * @return the checkpoint with the sizes and hashes of its files; the one that is there, if it was
   *     published before
   * @throws CheckpointConflictException if there is one of that name with other content
   */
  public StoredCheckpoint publish(
      RunId run,
      CheckpointId checkpoint,
      List<CheckpointSource> files,
      Map<String, String> metadata) {
    return publication.publish(run, checkpoint, files, metadata);
  }

  /** The complete checkpoints of a run, oldest first. */
  public List<CheckpointId> list(RunId run) {
    return index.complete(run);
  }

  /**
   * What was published as that checkpoint, without its files' content.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   */
  public StoredCheckpoint describe(RunId run, CheckpointId checkpoint) {
    return index.require(run, checkpoint).stored(index.uri(run, checkpoint));
  }

  /**
   * The store that holds what a reference names: this one or, where it is a URI of another bucket
   * or prefix, that one: an {@link OtherStore}, or on the same server and with the same keys. It
   * uses this one's connections and need not be closed.
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
   * The checkpoint of this store that {@code resume_model} or {@code pretrained_model} names:
   * {@code latest} is the newest complete one. See {@link #of} for one of another store.
   *
   * @param run that a reference without a run means
   * @throws CheckpointNotFoundException if there is none
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
                    "run %s has no best checkpoint: none was tested yet".formatted(run)));
  }

  /**
   * Fetches a checkpoint into a directory, which is created where it is missing. Files that are
   * there already with the right content are not fetched again.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   * @throws DamagedCheckpointException if a file is not what was published; no damaged file is left
   *     in the directory
   */
  public LocalCheckpoint open(RunId run, CheckpointId checkpoint, Path directory) {
    return retrieval.open(run, checkpoint, directory, Set.of());
  }

  /**
   * Fetches some files of a checkpoint, otherwise as {@link #open(RunId, CheckpointId, Path)}.
   *
   * @param files names of the files
   */
  public LocalCheckpoint open(
      RunId run, CheckpointId checkpoint, Path directory, Set<String> files) {
    return retrieval.open(run, checkpoint, directory, files);
  }

  /**
   * Fetches the newest checkpoint that is what was published, into a folder of its name in {@code
   * directory}; damaged ones on the way are reported and passed over.
   */
  public NewestIntactCheckpoint newestIntact(RunId run, Path directory) {
    return retrieval.newestIntact(run, directory);
  }

  /** The pointer {@code latest}; empty before the first checkpoint. */
  public Optional<LatestPointer> latest(RunId run) {
    return pointers.latest(run);
  }

  /**
   * Moves {@code latest} to a checkpoint. To move it where it is changes nothing.
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
   * Lets {@code best} name this checkpoint if its CER is lower, or equal and it is the earlier one:
   * in whatever order checkpoints are tested, the same one is best in the end.
   *
   * @param cer corpus character error rate on the test set, from 0
   * @return what {@code best} names now
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
   * Takes the protection back; does nothing to a checkpoint that is not pinned.
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
   * Removes old checkpoints. The newest {@link #NEWEST_KEPT} stay, and what {@code latest} and
   * {@code best} name, the pinned ones, and {@code needed}. Files of publications that were never
   * finished go too, if they are older than the newest complete checkpoint.
   *
   * @param needed checkpoints that somebody still works on, such as an evaluation
   */
  public RetentionResult retain(RunId run, Set<CheckpointId> needed) {
    return retention.retain(run, NEWEST_KEPT, needed);
  }

  /**
   * Goes back to a checkpoint for good: removes every later one, so that the training that goes on
   * from here can publish under their names, and lets {@code latest} name it. A {@code best} that
   * is later goes with them.
   *
   * @throws CheckpointNotFoundException if there is no such complete checkpoint
   * @throws CheckpointConflictException if a later one is pinned
   */
  public RetentionResult rewind(RunId run, CheckpointId checkpoint) {
    return retention.rewind(run, checkpoint);
  }

  /** The runs that have anything in the store, by name. */
  public List<RunId> runs() {
    return runDocuments.runs();
  }

  /** {@code run.json}; empty if there is none. */
  public Optional<RunDocument> readRun(RunId run) {
    return runDocuments.read(run);
  }

  /**
   * Writes the first {@code run.json} of a run.
   *
   * @throws RunConflictException if there is one with other content
   */
  public void createRun(RunId run, byte[] content) {
    runDocuments.create(run, content);
  }

  /**
   * Replaces {@code run.json}.
   *
   * @param read what it replaces
   * @throws RunConflictException if that is not what is there any more
   */
  public void replaceRun(RunId run, RunDocument read, byte[] content) {
    runDocuments.replace(run, read, content);
  }

  /**
   * Makes a run a trainer's own, whoever had it before.
   *
   * @param trainer name of the process
   * @return the claim, with a higher term than any before
   */
  public RunClaim claim(RunId run, String trainer) {
    return claims.claim(run, trainer);
  }

  /** The claim that counts now; empty if nobody has claimed the run. */
  public Optional<RunClaim> claimOf(RunId run) {
    return claims.current(run);
  }

  /** Lets go of the connections to the server. */
  @Override
  public void close() {
    objects.close();
  }
}
