// Before the first paint, so that a page in the theme that the reader chose never flashes in the other one.
try {
  var theme = JSON.parse(localStorage.getItem('chillin.preferences')).theme;
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Nothing was chosen, or storage is forbidden: the system decides.
}
