package deepspeech.tools.prepare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which annotation lists nothing could be used of. */
final class ListUsage {
  private final Map<Path, Lines> lists = new LinkedHashMap<>();

  /**
   * Takes a line in.
   *
   * @param list null if it is not from a list
   */
  void add(Path list, boolean used) {
    if (list != null) {
      Lines lines = lists.computeIfAbsent(list, first -> new Lines());
      lines.all++;
      lines.used += used ? 1 : 0;
    }
  }

  /** A line for each list that is lost as a whole; one list alone is the failure of the command. */
  List<String> lost() {
    return lists.size() < 2
        ? List.of()
        : lists.entrySet().stream()
            .filter(list -> list.getValue().used == 0)
            .map(
                list ->
                    "%s: none of its %d lines can be used"
                        .formatted(list.getKey(), list.getValue().all))
            .toList();
  }

  private static final class Lines {
    private long all;
    private long used;
  }
}
