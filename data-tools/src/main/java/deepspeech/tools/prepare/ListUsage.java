package deepspeech.tools.prepare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records which annotation lists contain no usable line. */
final class ListUsage {
  private final Map<Path, Lines> lists = new LinkedHashMap<>();

  /**
   * Adds a line.
   *
   * @param list null if the line is not from a list
   */
  void add(Path list, boolean used) {
    if (list != null) {
      Lines lines = lists.computeIfAbsent(list, first -> new Lines());
      lines.all++;
      lines.used += used ? 1 : 0;
    }
  }

  /**
   * Returns a message for each list without a usable line. If there is only one list, returns
   * nothing, because the command fails in that case.
   */
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
