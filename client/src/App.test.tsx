import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { lazy } from 'react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { App, type InsidePage } from './App';
import { createTextStore } from './i18n/texts';
import { ok } from './protocol/types';
import { navigate } from './runtime/navigation';
import { readLastRoom } from './shell/last_room';
import { ada, fakeSession, room, type FakeSession } from './testing/session';

const Inside = ({ page }: { page: InsidePage }) => <p>inside: {page.kind === 'room' ? page.room : page.kind}</p>;

beforeEach(() => {
  localStorage.clear();
  act(() => { navigate('/', { replace: true }); });
});
afterEach(() => {
  delete document.documentElement.dataset.theme;
  document.head.replaceChildren();
});

function open(fake: FakeSession, path = '/', Page: typeof Inside | ReturnType<typeof lazy<typeof Inside>> = Inside) {
  act(() => { navigate(path, { replace: true }); });
  const preload = vi.fn();
  render(<App session={fake.session} texts={createTextStore(['en'])} Inside={Page} preload={preload} />);
  return { ...fake, preload };
}
const signIn = async () => {
  await userEvent.type(screen.getByLabelText('Name'), 'ada');
  await userEvent.type(screen.getByLabelText('Password'), 'secret1{Enter}');
};

describe('which page', () => {
  test('whoever is not signed in gets the entrance, and after it the rooms', async () => {
    open(fakeSession());
    await signIn();
    expect(await screen.findByText('inside: rooms')).toBeInTheDocument();
    expect(window.location.pathname).toBe('/rooms');
  });

  test('a link to a room leads there after signing in', async () => {
    open(fakeSession(), '/r/Tea%20Time');
    expect(screen.getByText('tea time')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('tab', { name: 'Sign in' }));
    await signIn();
    expect(await screen.findByText('inside: tea time')).toBeInTheDocument();
  });

  test('whoever comes back is where they were', async () => {
    localStorage.setItem('chillin.last-room', 'tea');
    open(fakeSession({ identity: ada }));
    expect(await screen.findByText('inside: tea')).toBeInTheDocument();
    expect(window.location.pathname).toBe('/r/tea');
  });

  test('the next person on the device does not land in that room', async () => {
    const { session } = open(fakeSession({ identity: ada }), '/r/tea');
    expect(readLastRoom()).toBe('tea');
    await act(() => session.actions.signOut());
    expect(readLastRoom()).toBeNull();
    expect(screen.getByText('You are invited')).toBeInTheDocument();
  });

  test('an unknown address says so', () => {
    open(fakeSession(), '/nowhere');
    expect(screen.getByText('inside: nothing')).toBeInTheDocument();
  });
});

test('what comes next is fetched while the entrance is idle', async () => {
  const { preload } = open(fakeSession());
  await waitFor(() => { expect(preload).toHaveBeenCalled(); }, { timeout: 5000 });
});

describe('the document', () => {
  test('has the theme, its colour and the language that were chosen', async () => {
    for (const scheme of ['light', 'dark']) {
      const meta = document.head.appendChild(document.createElement('meta'));
      meta.name = 'theme-color';
      meta.setAttribute('media', `(prefers-color-scheme: ${scheme})`);
    }
    const { session } = open(fakeSession({ preferences: { theme: 'dark', language: 'de' } }));
    const colours = () => [...document.querySelectorAll<HTMLMetaElement>('meta')].map((meta) => meta.content);
    expect(document.documentElement.dataset.theme).toBe('dark');
    expect(colours()).toEqual(['#111413', '#111413']);
    await waitFor(() => { expect(document.documentElement.lang).toBe('de'); });
    expect(screen.getByRole('heading', { name: 'Willkommen bei Chillin' })).toBeInTheDocument();
    act(() => { session.setPreferences({ theme: 'system' }); });
    expect(document.documentElement.dataset.theme).toBeUndefined();
    expect(colours()).toEqual(['#f5f5f1', '#111413']);
  });
});

describe('when something breaks', () => {
  beforeEach(() => { vi.spyOn(console, 'error').mockImplementation(() => undefined); });

  test('there is a page that says so', () => {
    const Broken = () => { throw new Error('no such thing'); };
    open(fakeSession({ identity: ada }), '/rooms', Broken);
    expect(screen.getByRole('heading', { name: 'Something broke' })).toBeInTheDocument();
  });

  test('a part that cannot be loaded is told apart', async () => {
    const Missing = lazy<typeof Inside>(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module: /assets/x.js')));
    open(fakeSession({ identity: ada }), '/rooms', Missing);
    expect(await screen.findByRole('heading', { name: 'A part of Chillin could not be loaded' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Load again' })).toBeInTheDocument();
  });
});

describe('what is inside', () => {
  test('shows rooms, a missing page, and the chat with a skeleton meanwhile', async () => {
    const { makeInside } = await import('./shell/Inside');
    let arrive: () => void = () => undefined;
    const chat = new Promise<{ default: (props: { room: string }) => JSX.Element }>((resolve) => {
      arrive = () => { resolve({ default: ({ room: name }) => <p>chat: {name}</p> }); };
    });
    const Real = makeInside(() => chat);
    const fake = fakeSession({ identity: ada });
    fake.actions.listRooms.mockResolvedValue(ok([room('tea')]));
    const { rerender } = render(<Real page={{ kind: 'rooms' }} />, { wrapper: fake.Around });
    expect(await screen.findByRole('link', { name: /^tea/ })).toBeInTheDocument();
    rerender(<Real page={{ kind: 'nothing' }} />);
    expect(screen.getByText('There is nothing here')).toBeInTheDocument();
    rerender(<Real page={{ kind: 'room', room: 'tea' }} />);
    expect(screen.getByText('Loading')).toBeInTheDocument();
    await act(async () => { arrive(); });
    expect(screen.getByText('chat: tea')).toBeInTheDocument();
  });
});
