/** May the browser show notifications of ours, and if not, why? */

export type NotificationPermissionState = 'granted' | 'ask' | 'denied' | 'insecure' | 'unsupported';

export function notificationPermission(): NotificationPermissionState {
  // Without https the browser either hides the whole interface or refuses every request.
  if (!window.isSecureContext) return 'insecure';
  if (!('Notification' in window)) return 'unsupported';
  const { permission } = Notification;
  return permission === 'default' ? 'ask' : permission;
}

/** Asks the reader, where that was not done yet. Call it from a click: browsers refuse it otherwise. */
export async function askForNotifications(): Promise<NotificationPermissionState> {
  const before = notificationPermission();
  if (before !== 'ask') return before;
  try {
    await Notification.requestPermission();
  } catch {
    return 'unsupported';
  }
  return notificationPermission();
}
