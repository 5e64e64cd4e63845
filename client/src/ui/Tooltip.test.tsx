import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Tooltip } from './Tooltip';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });
const pass = (ms: number) => { act(() => { vi.advanceTimersByTime(ms); }); };

test('it shows after a moment of hovering and goes with the pointer', () => {
  render(<Tooltip text="Sent at noon"><button type="button">12:00</button></Tooltip>);
  const button = screen.getByRole('button');
  fireEvent.pointerEnter(button, { pointerType: 'mouse' });
  pass(200);
  expect(screen.queryByRole('tooltip')).toBeNull();
  pass(400);
  expect(screen.getByRole('tooltip')).toHaveTextContent('Sent at noon');
  expect(button).toHaveAccessibleDescription('Sent at noon');
  fireEvent.pointerLeave(button);
  pass(200);
  expect(screen.queryByRole('tooltip')).toBeNull();
});

test('it stays while the pointer is on it', () => {
  render(<Tooltip text="Sent at noon"><button type="button">12:00</button></Tooltip>);
  const button = screen.getByRole('button');
  fireEvent.pointerEnter(button, { pointerType: 'mouse' });
  pass(500);
  fireEvent.pointerLeave(button);
  fireEvent.pointerEnter(screen.getByRole('tooltip'));
  pass(1000);
  expect(screen.getByRole('tooltip')).toBeInTheDocument();
});

test('a finger does not open it', () => {
  render(<Tooltip text="Sent at noon"><button type="button">12:00</button></Tooltip>);
  fireEvent.pointerEnter(screen.getByRole('button'), { pointerType: 'touch' });
  pass(1000);
  expect(screen.queryByRole('tooltip')).toBeNull();
});

test('pressing the button hides it', () => {
  render(<Tooltip text="Sent at noon"><button type="button">12:00</button></Tooltip>);
  const button = screen.getByRole('button');
  fireEvent.pointerEnter(button, { pointerType: 'mouse' });
  pass(500);
  fireEvent.pointerDown(button);
  expect(screen.queryByRole('tooltip')).toBeNull();
});
