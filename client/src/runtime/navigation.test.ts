import { beforeEach, describe, expect, it, vi } from 'vitest';
import { locationStore, navigate, roomOfPath, roomPath } from './navigation';

beforeEach(() => navigate('/'));

describe('going somewhere', () => {
  it('changes the address and tells of it', () => {
    const heard = vi.fn();
    const stop = locationStore.subscribe(heard);
    const entries = window.history.length;
    navigate('/r/lobby');
    expect(locationStore.get()).toEqual({ path: '/r/lobby' });
    expect(window.location.pathname).toBe('/r/lobby');
    expect(window.history.length).toBe(entries + 1);
    expect(heard).toHaveBeenCalledTimes(1);
    navigate('/r/lobby');
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
  });

  it('may leave no trace in the history', () => {
    const entries = window.history.length;
    navigate('/rooms', { replace: true });
    expect(window.history.length).toBe(entries);
    expect(locationStore.get().path).toBe('/rooms');
  });

  it('follows the back button', () => {
    navigate('/r/lobby');
    window.history.replaceState(null, '', '/rooms');
    window.dispatchEvent(new PopStateEvent('popstate'));
    expect(locationStore.get().path).toBe('/rooms');
  });
});

describe('the path of a room', () => {
  it.each(['lobby', 'zwölf freunde', '#1/2?', 'a%2fb', '会议', '😀', "o'neil (work)!*", 'constructor', '<script>'])('leads to %s and back', (room) => {
    const path = roomPath(room);
    expect(path).not.toMatch(/[?#\s<>]/);
    expect(roomOfPath(path)).toBe(room);
    navigate(path);
    expect(roomOfPath(window.location.pathname)).toBe(room);
  });

  it('names the room as the server does, however it was typed', () => {
    expect(roomOfPath('/r/Lobby')).toBe('lobby');
    expect(roomOfPath('/r/%20Lobby%20/')).toBe('lobby');
    expect(roomOfPath(`/r/${encodeURIComponent('Zoe\u0308')}`)).toBe('zo\u00eb');
  });

  it.each(['/', '/rooms', '/r', '/r/', '/r/a/b', '/x/r/lobby', '/r/%20', '/r/%E0%A4%A'])('is not %s', (path) => {
    expect(roomOfPath(path)).toBeNull();
  });
});
