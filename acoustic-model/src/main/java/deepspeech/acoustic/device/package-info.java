/**
 * What PyTorch can compute on: its build, the NVIDIA driver and the GPUs, and which piece is
 * missing if it sees none; and a thread for each device that computes.
 */
package deepspeech.acoustic.device;
