package deepspeech.speech.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Classifies the fields of a manifest line beside {@code audio_filepath}, {@code duration} and
 * {@code text}. There are fields that select a part of the recording, fields that only describe it,
 * and unknown fields.
 */
final class ManifestFields {
  private static final String SEGMENT =
      "a part of a recording is named by offset and duration, or by start_time and end_time";
  private static final String CHANNEL =
      "the channels of a recording are mixed; write the channel to a file of its own, or leave the"
          + " field out if the recording has no other";
  private static final String CHANGE = "write the changed audio to a file of its own";

  private static final Set<String> READ =
      Set.of("audio_filepath", "duration", "text", "offset", "start_time", "end_time");

  /**
   * Unsupported fields by which the audio of an utterance differs from the file that is read, with
   * the remedy for each.
   */
  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("start", SEGMENT),
          Map.entry("end", SEGMENT),
          Map.entry("begin", SEGMENT),
          Map.entry("start_ms", SEGMENT),
          Map.entry("end_ms", SEGMENT),
          Map.entry("begin_time", SEGMENT),
          Map.entry("start_sec", SEGMENT),
          Map.entry("end_sec", SEGMENT),
          Map.entry("stop_time", SEGMENT),
          Map.entry("start_frame", SEGMENT),
          Map.entry("end_frame", SEGMENT),
          Map.entry("frame_offset", SEGMENT),
          Map.entry("num_frames", SEGMENT),
          Map.entry("offset_ms", SEGMENT),
          Map.entry("channel", CHANNEL),
          Map.entry("channels", CHANNEL),
          Map.entry("channel_id", CHANNEL),
          Map.entry("channel_selector", CHANNEL),
          Map.entry("speed", CHANGE),
          Map.entry("tempo", CHANGE),
          Map.entry("gain", CHANGE),
          Map.entry("volume", CHANGE),
          Map.entry("transforms", CHANGE));

  /**
   * Fields of NeMo, ESPnet, WeNet, Common Voice and similar toolkits that only describe an
   * utterance.
   */
  private static final Set<String> DESCRIPTIONS =
      Set.of(
          "accent",
          "accents",
          "age",
          "answer",
          "bandwidth",
          "book",
          "category",
          "cer",
          "chapter",
          "client_id",
          "command",
          "corpus",
          "country",
          "dataset",
          "dataset_name",
          "date",
          "dialect",
          "domain",
          "down_votes",
          "dur",
          "emotion",
          "environment",
          "feature_shape",
          "format",
          "gender",
          "id",
          "index",
          "itn",
          "key",
          "label",
          "lang",
          "language",
          "license",
          "locale",
          "md5",
          "name",
          "noise",
          "normalized_text",
          "num_channels",
          "num_samples",
          "num_speakers",
          "orig_sr",
          "orig_text",
          "original_sample_rate",
          "original_text",
          "pnc",
          "pred_text",
          "pred_cer",
          "pred_wer",
          "quality",
          "raw_text",
          "raw_transcription",
          "reader",
          "recording_id",
          "role",
          "rttm_filepath",
          "sample_rate",
          "sampling_rate",
          "score",
          "sentence_id",
          "session",
          "session_id",
          "set",
          "sex",
          "sha256",
          "shard_id",
          "size",
          "snr",
          "source",
          "source_lang",
          "speaker",
          "speaker_id",
          "spk",
          "spk_id",
          "split",
          "style",
          "subset",
          "tag",
          "tags",
          "target_lang",
          "task",
          "taskname",
          "text_en",
          "text_itn",
          "text_no_pnc",
          "text_original",
          "text_pnc",
          "text_raw",
          "tokens",
          "topic",
          "type",
          "up_votes",
          "url",
          "utt",
          "utt_id",
          "uttid",
          "uuid",
          "version",
          "wer",
          "words");

  private ManifestFields() {}

  /**
   * Says why the audio of a line differs from the audio that would be read; empty if it does not.
   */
  static Optional<String> problem(JsonNode object) {
    for (Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
        fields.hasNext(); ) {
      Map.Entry<String, JsonNode> field = fields.next();
      String remedy = PARTS.get(name(field.getKey()));
      if (remedy != null && !field.getValue().isNull() && !isAsRead(field)) {
        return Optional.of(
            "%s is %s, which is not understood: %s"
                .formatted(field.getKey(), ManifestReader.quote(field.getValue()), remedy));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a field asks for the default behaviour: the mean of all channels is read, unchanged.
   */
  private static boolean isAsRead(Map.Entry<String, JsonNode> field) {
    return switch (name(field.getKey())) {
      case "channels", "speed", "tempo" ->
          field.getValue().isNumber() && field.getValue().asDouble() == 1;
      case "channel_selector" -> field.getValue().asText().equals("average");
      case "transforms" -> field.getValue().isContainerNode() && field.getValue().isEmpty();
      default -> false;
    };
  }

  /** The fields of a line whose meaning is not known. */
  static List<String> unknown(JsonNode object) {
    List<String> unknown = new ArrayList<>(0);
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!READ.contains(name)
          && !DESCRIPTIONS.contains(name(name))
          && !PARTS.containsKey(name(name))
          && !object.get(name).isNull()) {
        unknown.add(name);
      }
    }
    return unknown;
  }

  private static String name(String field) {
    return field.toLowerCase(Locale.ROOT);
  }
}
