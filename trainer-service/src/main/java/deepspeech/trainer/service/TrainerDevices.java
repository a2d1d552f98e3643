package deepspeech.trainer.service;

/** The devices of a trainer. */
interface TrainerDevices {
  /** Returns the number of GPUs on which PyTorch can compute. */
  int gpus();

  /** Returns what PyTorch sees, in one line. */
  String report();
}
