import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { Button } from './Button';

test('a button does not send the form around it unless it is told to', async () => {
  const send = vi.fn();
  render(<form onSubmit={send}><Button>Look</Button></form>);
  await userEvent.click(screen.getByRole('button', { name: 'Look' }));
  expect(send).not.toHaveBeenCalled();
});

test('a busy button keeps its name and the focus, and ignores clicks', async () => {
  const click = vi.fn();
  const { rerender } = render(<Button onClick={click}>Save</Button>);
  const button = screen.getByRole('button', { name: 'Save' });
  await userEvent.click(button);
  rerender(<Button busy onClick={click}>Save</Button>);
  expect(screen.getByRole('button', { name: 'Save' })).toHaveFocus();
  expect(button).toHaveAttribute('aria-busy', 'true');
  await userEvent.click(button);
  expect(click).toHaveBeenCalledTimes(1);
});

test('a busy submit button keeps Enter from sending the form twice', async () => {
  const send = vi.fn((event: React.FormEvent) => { event.preventDefault(); });
  render(<form onSubmit={send}><input aria-label="Name" /><Button type="submit" busy>Send</Button></form>);
  await userEvent.type(screen.getByLabelText('Name'), 'ada{Enter}');
  expect(send).not.toHaveBeenCalled();
});
