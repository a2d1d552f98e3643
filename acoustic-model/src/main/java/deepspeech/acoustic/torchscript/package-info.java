/**
 * PyTorch programs as text: TorchScript sources become modules that DJL loads, and their methods
 * are called with lists of arrays. Nothing here knows about speech.
 */
package deepspeech.acoustic.torchscript;
