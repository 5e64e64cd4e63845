import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { navigate } from '../../../runtime/navigation';
import { ANA, Around, summary } from '../testing/around';
import { Sidebar, type SidebarProps } from './Sidebar';

function setup(props: Partial<SidebarProps> = {}) {
  const handlers = { onStatus: vi.fn(), onSwitch: vi.fn(), onSettings: vi.fn(), onShortcuts: vi.fn(), onSignOut: vi.fn(), onNavigate: vi.fn() };
  render(<Sidebar rooms={[summary('tea'), summary('secret', { isPrivate: true, unread: 3 }), summary('work', { unread: 150, mentions: 2 })]} current="tea" identity={ANA} status="online" {...handlers} {...props} />, { wrapper: Around });
  return { ...handlers, user: userEvent.setup() };
}

afterEach(() => { navigate('/', { replace: true }); });

describe('Sidebar', () => {
  it('lists the rooms, where one is, and what waits where', () => {
    setup();
    const rooms = within(screen.getByRole('navigation', { name: 'Rooms' }));
    expect(rooms.getByRole('link', { name: 'tea' })).toHaveAttribute('aria-current', 'page');
    expect(rooms.getByRole('link', { name: 'secret 3 unread messages' })).not.toHaveAttribute('aria-current');
    expect(rooms.getByRole('link', { name: 'work 2 mentions of you' })).toHaveAttribute('href', '/r/work');
  });

  it('goes to a room without loading the page', async () => {
    const { user, onNavigate } = setup();
    await user.click(screen.getByRole('link', { name: /^work/ }));
    expect(window.location.pathname).toBe('/r/work');
    expect(onNavigate).toHaveBeenCalledOnce();
  });

  it('leaves a click with a modifier to the browser', async () => {
    const { user, onNavigate } = setup();
    await user.keyboard('{Control>}');
    await user.click(screen.getByRole('link', { name: /^work/ }));
    expect(window.location.pathname).toBe('/');
    expect(onNavigate).not.toHaveBeenCalled();
  });

  it('says so when one is in no room', () => {
    setup({ rooms: [], current: null });
    expect(screen.getByText('You are in no room yet.')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Browse rooms' })).toHaveAttribute('href', '/rooms');
  });

  it('opens the switcher', async () => {
    const { user, onSwitch } = setup();
    await user.click(screen.getByRole('button', { name: /^Go to a room/ }));
    expect(onSwitch).toHaveBeenCalledOnce();
  });
});

describe('OwnMenu', () => {
  const own = (): HTMLElement => screen.getByRole('button', { name: /^ana/ });

  it('opens to status, settings, shortcuts and the way out, and closes behind each', async () => {
    const { user, onStatus, onSettings, onShortcuts, onSignOut } = setup();
    expect(own()).toHaveAccessibleName('ana Guest · Online');
    await user.click(own());
    expect(own()).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByRole('radio', { name: 'Online' })).toBeChecked();
    await user.click(screen.getByRole('radio', { name: 'Busy' }));
    expect(onStatus).toHaveBeenCalledExactlyOnceWith('busy');
    for (const [name, handler] of [['Settings', onSettings], ['Keyboard shortcuts', onShortcuts], ['Sign out', onSignOut]] as const) {
      if (own().getAttribute('aria-expanded') === 'false') await user.click(own());
      await user.click(screen.getByRole('button', { name }));
      expect(handler).toHaveBeenCalledOnce();
      expect(own()).toHaveAttribute('aria-expanded', 'false');
    }
  });

  it('closes on Escape, back to its button, and on a press elsewhere', async () => {
    const { user } = setup();
    await user.click(own());
    await user.tab({ shift: true });
    await user.keyboard('{Escape}');
    expect(own()).toHaveAttribute('aria-expanded', 'false');
    expect(own()).toHaveFocus();
    await user.click(own());
    await user.click(screen.getByRole('heading', { name: 'Rooms' }));
    expect(own()).toHaveAttribute('aria-expanded', 'false');
  });

  it('shows an account without the word guest, and offline as such', () => {
    setup({ identity: { kind: 'account', token: 't', user: { username: 'ana', email: null, avatar: null, createdAt: null } }, status: 'offline' });
    expect(own()).toHaveAccessibleName('ana Offline');
  });
});
