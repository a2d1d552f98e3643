/** The training criterion: connectionist temporal classification. */
package deepspeech.trainer.ctc;
