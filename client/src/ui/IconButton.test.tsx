import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { PlusIcon } from './icons';
import { IconButton } from './IconButton';

test('its label is its name, and shows as a tooltip on keyboard focus', async () => {
  render(<IconButton label="New room" icon={<PlusIcon />} />);
  const button = screen.getByRole('button', { name: 'New room' });
  await userEvent.tab();
  expect(button).toHaveFocus();
  expect(screen.getByText('New room')).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByText('New room')).not.toBeInTheDocument();
});

test('a switch says whether it is on', () => {
  render(<IconButton label="Members" icon={<PlusIcon />} pressed />);
  expect(screen.getByRole('button', { name: 'Members', pressed: true })).toBeInTheDocument();
});

test('it passes on what a menu gives its trigger', async () => {
  const open = vi.fn();
  render(<IconButton label="More" icon={<PlusIcon />} aria-expanded={false} aria-haspopup="menu" onClick={open} />);
  const button = screen.getByRole('button', { name: 'More', expanded: false });
  await userEvent.click(button);
  expect(open).toHaveBeenCalledTimes(1);
});
