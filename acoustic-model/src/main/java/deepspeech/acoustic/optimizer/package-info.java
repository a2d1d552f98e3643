/** How weights change: Adam with L2, clipping by global norm, and the learning rate of an epoch. */
package deepspeech.acoustic.optimizer;
