import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ada, fakeSession, guest, type FakeSession } from '../../testing/session';
import SettingsDialog from './SettingsDialog';

afterEach(() => { vi.unstubAllGlobals(); });

function browser(options: { secure?: boolean; permission?: NotificationPermission; answer?: NotificationPermission }) {
  const api = { permission: options.permission ?? 'default', requestPermission: vi.fn(async () => { api.permission = options.answer ?? 'granted'; return api.permission; }) };
  vi.stubGlobal('isSecureContext', options.secure ?? true);
  vi.stubGlobal('Notification', api);
  return api;
}
function open(fake: FakeSession = fakeSession({ identity: ada })) {
  const close = vi.fn();
  render(<SettingsDialog onClose={close} />, { wrapper: fake.Around });
  return { ...fake, close };
}
const desktop = () => screen.getByRole('switch', { name: 'Desktop notifications' });

test('it shows whose account it is, and signs out', async () => {
  const { actions, close } = open();
  expect(screen.getByText('ada')).toBeInTheDocument();
  expect(screen.getByText('ada@example.org')).toBeInTheDocument();
  expect(screen.getByText('Member since 2 January 2026')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }));
  expect(actions.signOut).toHaveBeenCalledTimes(1);
  expect(close).toHaveBeenCalledTimes(1);
});

test('a guest is told what being one means', () => {
  open(fakeSession({ identity: guest }));
  expect(screen.getByText(/You are here as a guest/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Leave' })).toBeInTheDocument();
});

test('theme and language take effect at once', async () => {
  const { session } = open();
  await userEvent.click(screen.getByRole('radio', { name: 'Dark' }));
  expect(session.setPreferences).toHaveBeenCalledWith({ theme: 'dark' });
  await userEvent.selectOptions(screen.getByLabelText('Language'), 'Deutsch');
  expect(session.setPreferences).toHaveBeenCalledWith({ language: 'de' });
  await userEvent.selectOptions(screen.getByLabelText('Language'), 'As the browser (English)');
  expect(session.setPreferences).toHaveBeenCalledWith({ language: null });
});

test('sounds are off until somebody wants them', async () => {
  const { session } = open();
  const sounds = screen.getByRole('switch', { name: 'Sounds' });
  expect(sounds).not.toBeChecked();
  await userEvent.click(sounds);
  expect(session.preferences.get().sounds).toBe(true);
});

describe('desktop notifications', () => {
  test('the browser is asked when they are switched on', async () => {
    const api = browser({ answer: 'granted' });
    const { session } = open();
    await userEvent.click(desktop());
    expect(api.requestPermission).toHaveBeenCalledTimes(1);
    expect(session.preferences.get().notifications).toBe(true);
    expect(desktop()).toBeChecked();
    await userEvent.click(desktop());
    expect(session.preferences.get().notifications).toBe(false);
  });

  test('a no is explained, and leaves them off', async () => {
    browser({ answer: 'denied' });
    const { session } = open();
    await userEvent.click(desktop());
    expect(session.preferences.get().notifications).toBe(false);
    expect(desktop()).toBeDisabled();
    expect(desktop()).toHaveAccessibleDescription(/Your browser blocks them/);
  });

  test('over plain http they are impossible, and it says so', () => {
    browser({ secure: false });
    open();
    expect(desktop()).toBeDisabled();
    expect(desktop()).toHaveAccessibleDescription('Browsers allow them only over https.');
  });

  test('switched on here, but taken back in the browser: they show as off', () => {
    browser({ permission: 'denied' });
    open(fakeSession({ identity: ada, preferences: { notifications: true } }));
    expect(desktop()).not.toBeChecked();
  });
});
