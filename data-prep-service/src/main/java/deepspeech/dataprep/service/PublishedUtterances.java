package deepspeech.dataprep.service;

import deepspeech.messages.features.Split;
import deepspeech.messages.run.RunId;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which utterances of which runs are dead letters already, as far as this replica knows: a bit a
 * line, for the runs met last. Thread-safe.
 */
final class PublishedUtterances {
  private static final int REMEMBERED = 64;
  private static final Pattern ID = Pattern.compile("utterance/([^/]+/[^/]+)/(\\d{1,9})");

  private final Map<String, BitSet> lines =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, BitSet> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** The id of a dead letter, the same from every replica. */
  static String id(RunId run, Split split, long line) {
    return "utterance/%s/%s/%d".formatted(run, split, line);
  }

  /** Takes the id of any message; what is not the id of an utterance's letter is passed over. */
  void add(String id) {
    Matcher matcher = ID.matcher(id);
    if (matcher.matches()) {
      add(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
  }

  /** Takes an utterance; true if it was not known. */
  boolean add(RunId run, Split split, long line) {
    return add(run + "/" + split, Math.toIntExact(line));
  }

  boolean contains(RunId run, Split split, long line) {
    synchronized (lines) {
      BitSet told = lines.get(run + "/" + split);
      return told != null && told.get(Math.toIntExact(line));
    }
  }

  void remove(RunId run, Split split, long line) {
    synchronized (lines) {
      BitSet told = lines.get(run + "/" + split);
      if (told != null) {
        told.clear(Math.toIntExact(line));
      }
    }
  }

  private boolean add(String set, int line) {
    synchronized (lines) {
      BitSet told = lines.computeIfAbsent(set, s -> new BitSet());
      boolean added = !told.get(line);
      told.set(line);
      return added;
    }
  }
}
