/** The training criterion: connectionist temporal classification. */
package deepspeech.acoustic.ctc;
