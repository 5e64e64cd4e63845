/** localStorage and sessionStorage, validated and never throwing: both may be forbidden or full. */

export function readJson(storage: () => Storage, key: string): unknown {
  try {
    const raw = storage().getItem(key);
    return raw === null ? null : (JSON.parse(raw) as unknown);
  } catch {
    return null;
  }
}

/** null removes. False if the device does not keep it. */
export function writeJson(storage: () => Storage, key: string, value: unknown): boolean {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export const local = (): Storage => window.localStorage;
export const perTab = (): Storage => window.sessionStorage;
