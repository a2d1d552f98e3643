package deepspeech.evaluator.sharing;

import deepspeech.evaluator.backlog.UntestedCheckpoint;
import deepspeech.messages.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Records in memory, in the form in which the store has them. */
public final class InMemoryTestRecords implements TestRecords {
  private final Map<String, byte[]> records = new HashMap<>();

  @Override
  public Optional<TestRecord> read(UntestedCheckpoint checkpoint) {
    return Optional.ofNullable(records.get(checkpoint.event()))
        .map(json -> Json.read(json, TestRecord.class));
  }

  @Override
  public Optional<TestRecord> update(
      UntestedCheckpoint checkpoint, UnaryOperator<Optional<TestRecord>> change) {
    Optional<TestRecord> next = change.apply(read(checkpoint));
    next.ifPresent(record -> records.put(checkpoint.event(), Json.write(record)));
    return next;
  }

  @Override
  public void delete(UntestedCheckpoint checkpoint) {
    records.remove(checkpoint.event());
  }

  public boolean isEmpty() {
    return records.isEmpty();
  }
}
