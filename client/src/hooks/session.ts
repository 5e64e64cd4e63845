import { createContext, useContext, useSyncExternalStore } from 'react';
import type { SessionRuntime } from '../runtime/session_runtime';
import type { Identity, Preferences, ServerConfig, SessionActions } from '../state/view';

/** `<SessionContext.Provider value={createSessionRuntime()}>` stands around everything. */
export const SessionContext = createContext<SessionRuntime | null>(null);

export function useSession(): SessionRuntime {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no SessionContext around this component');
  return session;
}

export function useIdentity(): Identity | null {
  const { identity } = useSession();
  return useSyncExternalStore(identity.subscribe, identity.get);
}

export function useSessionActions(): SessionActions {
  return useSession().actions;
}

export function useServerConfig(): ServerConfig {
  const { config } = useSession();
  return useSyncExternalStore(config.subscribe, config.get);
}

export function usePreferences(): Preferences {
  const { preferences } = useSession();
  return useSyncExternalStore(preferences.subscribe, preferences.get);
}

export function useSetPreferences(): (change: Partial<Preferences>) => void {
  return useSession().setPreferences;
}
