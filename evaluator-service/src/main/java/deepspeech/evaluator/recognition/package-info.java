/** Runs {@code model.onnx} on feature batches. */
package deepspeech.evaluator.recognition;
