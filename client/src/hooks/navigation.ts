import { useSyncExternalStore } from 'react';
import { locationStore, type Location } from '../runtime/navigation';

export function useLocation(): Location {
  return useSyncExternalStore(locationStore.subscribe, locationStore.get);
}
