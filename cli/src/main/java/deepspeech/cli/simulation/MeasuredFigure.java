package deepspeech.cli.simulation;

/**
 * The measured figures of the model. This is their only place. Each names the section of
 * docs/performance.md that has it, and the benchmark that measures it again. All are from one
 * virtual machine with two cores.
 */
enum MeasuredFigure {
  DATA_PREP(
      "data-prep: 16 kHz WAV files to published batches",
      9.1,
      "ms of CPU per MB",
      "Through the broker",
      "broker"),
  PARTITION(
      "one partition: producer, broker and consumer on two cores",
      222,
      "MB/s",
      "Through the broker",
      "broker"),
  BROKER("broker and consumer, one copy", 6.4, "ms of CPU per MB", "Through the broker", "broker"),
  BATCH(
      "16 kHz WAV files to features, one thread",
      5470,
      "x real time",
      "Data preparation, one thread",
      "Batch"),
  AUGMENTED_BATCH(
      "the same with the Python project's augmentation",
      4440,
      "x real time",
      "Data preparation, one thread",
      "Batch"),
  WAV("decoding of WAV, 16 kHz", 46_700, "x real time", "Data preparation, one thread", "Audio"),
  FLAC(
      "decoding of FLAC, 16 kHz",
      0.333,
      "ms of CPU per s",
      "Decoding compared with ffmpeg",
      "decode"),
  MP3(
      "decoding of MP3, 48 kHz, 64 kbit/s",
      1.133,
      "ms of CPU per s",
      "Decoding compared with ffmpeg",
      "decode"),
  VORBIS(
      "decoding of Vorbis, 48 kHz",
      1.167,
      "ms of CPU per s",
      "Decoding compared with ffmpeg",
      "decode"),
  OPUS(
      "decoding of Opus, 32 kbit/s",
      2.200,
      "ms of CPU per s",
      "Decoding compared with ffmpeg",
      "decode"),
  EVALUATION(
      "evaluator with two threads on two cores",
      230,
      "billion operations per s",
      "Evaluation",
      "evaluation"),
  CHECKPOINT_PAUSE(
      "pause for a checkpoint of 3 x 1024, on a CPU", 0.31, "s", "Checkpoints", "stall"),
  CHECKPOINT_COMMIT(
      "write and upload of a checkpoint of 3 x 1024", 42, "s", "Checkpoints", "stall");

  private final String subject;
  private final double value;
  private final String unit;
  private final String section;
  private final String benchmark;

  MeasuredFigure(String subject, double value, String unit, String section, String benchmark) {
    this.subject = subject;
    this.value = value;
    this.unit = unit;
    this.section = section;
    this.benchmark = benchmark;
  }

  /** What was measured. */
  String subject() {
    return subject;
  }

  double value() {
    return value;
  }

  String unit() {
    return unit;
  }

  /** Heading of the section of docs/performance.md that has the figure. */
  String section() {
    return section;
  }

  /** Argument of {@code benchmarks/run} that measures the figure again. */
  String benchmark() {
    return benchmark;
  }
}
