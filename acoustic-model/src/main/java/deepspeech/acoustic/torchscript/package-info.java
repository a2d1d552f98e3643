/**
 * PyTorch programs as text. TorchScript sources become modules that DJL loads, and their methods
 * are called with lists of arrays. This package does not depend on speech.
 */
package deepspeech.acoustic.torchscript;
