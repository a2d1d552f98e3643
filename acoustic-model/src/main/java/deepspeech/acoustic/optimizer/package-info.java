/** The optimiser: Adam with L2, clipping by global norm, and the learning rate of each batch. */
package deepspeech.acoustic.optimizer;
