package deepspeech.evaluator.sharing;

import deepspeech.evaluator.backlog.UntestedCheckpoint;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The records of the tests that are under way, shared by all evaluators. */
public interface TestRecords {
  /** Reads the record of a test; empty if nobody has begun it, or if it is over. */
  Optional<TestRecord> read(UntestedCheckpoint checkpoint);

  /**
   * Changes a record by compare-and-swap. If another evaluator changes it at the same time, it is
   * read and changed again.
   *
   * @param change gives the new record for the present one
   * @return the record afterwards
   */
  Optional<TestRecord> update(
      UntestedCheckpoint checkpoint, UnaryOperator<Optional<TestRecord>> change);

  /** Deletes the record of a test that is over. */
  void delete(UntestedCheckpoint checkpoint);
}
