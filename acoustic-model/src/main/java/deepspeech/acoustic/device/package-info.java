/**
 * What PyTorch can compute on: its build, the NVIDIA driver and the GPUs, and which piece is
 * missing if it sees none.
 */
package deepspeech.acoustic.device;
