package deepspeech.dataprep.service;

import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The utterances that already have dead letters, as far as this replica knows. Uses one bit per
 * manifest line, and remembers the runs and splits that were used most recently. Thread-safe.
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

  /** Returns the id of a dead letter, which is the same from every replica. */
  static String id(RunId run, Split split, long line) {
    return "utterance/%s/%s/%d".formatted(run, split, line);
  }

  /**
   * Adds the utterance of a message id. Ignores ids that are not ids of an utterance's dead letter.
   */
  void add(String id) {
    Matcher matcher = ID.matcher(id);
    if (matcher.matches()) {
      add(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }
  }

  /** Adds an utterance. Returns true if it was not known. */
  boolean add(RunId run, Split split, long line) {
    return add(run + "/" + split, Math.toIntExact(line));
  }

  boolean contains(RunId run, Split split, long line) {
    synchronized (lines) {
      BitSet published = lines.get(run + "/" + split);
      return published != null && published.get(Math.toIntExact(line));
    }
  }

  void remove(RunId run, Split split, long line) {
    synchronized (lines) {
      BitSet published = lines.get(run + "/" + split);
      if (published != null) {
        published.clear(Math.toIntExact(line));
      }
    }
  }

  private boolean add(String set, int line) {
    synchronized (lines) {
      BitSet published = lines.computeIfAbsent(set, s -> new BitSet());
      boolean added = !published.get(line);
      published.set(line);
      return added;
    }
  }
}
