/** Writes a trained model as ONNX, for the evaluator and for users. */
package deepspeech.acoustic.onnx;
