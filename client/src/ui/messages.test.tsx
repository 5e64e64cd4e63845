import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { WithTexts } from '../i18n/testing';
import { AnnouncerProvider, useAnnounce } from './Announcer';
import { ToastProvider, useToast, type ToastText } from './Toast';

afterEach(() => { vi.useRealTimers(); });

function Say({ text, urgent = false }: { text: string; urgent?: boolean }) {
  const announce = useAnnounce();
  return <button type="button" onClick={() => { announce(text, { urgent }); }}>say</button>;
}

test('what is announced stands in a region that was there before', async () => {
  render(<AnnouncerProvider><Say text="3 rooms" /></AnnouncerProvider>);
  const region = screen.getByRole('status');
  expect(region).toHaveTextContent(/^$/);
  await userEvent.click(screen.getByRole('button'));
  expect(region).toHaveTextContent('3 rooms');
});

test('the same words twice are two announcements', async () => {
  render(<AnnouncerProvider><Say text="Saved" /></AnnouncerProvider>);
  await userEvent.click(screen.getByRole('button'));
  const first = screen.getByText('Saved');
  await userEvent.click(screen.getByRole('button'));
  expect(screen.getByText('Saved')).not.toBe(first);
});

test('what is urgent interrupts', async () => {
  render(<AnnouncerProvider><Say text="Connection lost" urgent /></AnnouncerProvider>);
  await userEvent.click(screen.getByRole('button'));
  expect(screen.getByRole('alert')).toHaveTextContent('Connection lost');
});

function Pop({ toast }: { toast: ToastText }) {
  const show = useToast();
  return <button type="button" onClick={() => { show(toast); }}>pop</button>;
}

test('a toast shows, offers its action and can be closed', async () => {
  const undo = vi.fn();
  render(<ToastProvider><Pop toast={{ text: 'Left tea', action: { label: 'Undo', onClick: undo } }} /></ToastProvider>, { wrapper: WithTexts });
  await userEvent.click(screen.getByRole('button', { name: 'pop' }));
  expect(screen.getByText('Left tea')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  expect(undo).toHaveBeenCalledTimes(1);
  expect(screen.queryByText('Left tea')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'pop' }));
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('Left tea')).toBeNull();
});

test('a toast goes by itself, but not while somebody is on it', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const user = userEvent.setup({ advanceTimers: (ms) => { vi.advanceTimersByTime(ms); } });
  render(<ToastProvider><Pop toast={{ text: 'Copied', tone: 'success' }} /></ToastProvider>, { wrapper: WithTexts });
  await user.click(screen.getByRole('button', { name: 'pop' }));
  await user.hover(screen.getByText('Copied'));
  act(() => { vi.advanceTimersByTime(20_000); });
  expect(screen.getByText('Copied')).toBeInTheDocument();
  await user.unhover(screen.getByText('Copied'));
  act(() => { vi.advanceTimersByTime(6_000); });
  expect(screen.queryByText('Copied')).toBeNull();
});
