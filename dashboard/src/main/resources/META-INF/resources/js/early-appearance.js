// Runs before the first paint, so that the page does not flash in another appearance. A module
// would run after the first paint.
try {
  document.documentElement.dataset.appearance = window.localStorage.getItem('deepspeech.appearance') || 'system';
} catch (e) {
  document.documentElement.dataset.appearance = 'system';
}
