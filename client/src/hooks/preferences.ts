export { usePreferences, useSetPreferences } from './session';
