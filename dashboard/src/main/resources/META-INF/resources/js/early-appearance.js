// Before the first paint, so that a chosen appearance does not flash; a module would come after it.
try {
  document.documentElement.dataset.appearance = window.localStorage.getItem('deepspeech.appearance') || 'system';
} catch (e) {
  document.documentElement.dataset.appearance = 'system';
}
