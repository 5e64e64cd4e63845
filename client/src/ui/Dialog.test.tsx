import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { WithTexts } from '../i18n/testing';
import { Dialog } from './Dialog';
import { Drawer } from './Drawer';
import { TextField } from './TextField';

function Example() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => { setOpen(true); }}>Open</button>
      <Dialog open={open} onClose={() => { setOpen(false); }} title="New room" description="Everyone sees it">
        <label>Name <input /></label>
      </Dialog>
    </>
  );
}

test('it has a name and a description, and gives the focus back when it closes', async () => {
  render(<Example />, { wrapper: WithTexts });
  const opener = screen.getByRole('button', { name: 'Open' });
  await userEvent.click(opener);
  const dialog = screen.getByRole('dialog', { name: 'New room' });
  expect(dialog).toHaveAccessibleDescription('Everyone sees it');
  screen.getByLabelText('Name').focus();
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(opener).toHaveFocus();
});

test('Escape closes it', async () => {
  render(<Example />, { wrapper: WithTexts });
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  // What a browser fires for Escape on a modal dialog.
  fireEvent(screen.getByRole('dialog'), new Event('cancel', { cancelable: true }));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('a click beside it closes it, one inside does not', async () => {
  render(<Example />, { wrapper: WithTexts });
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  const dialog = screen.getByRole('dialog');
  await userEvent.click(screen.getByText('New room'));
  expect(dialog).toBeInTheDocument();
  // The backdrop is the dialog element itself.
  await userEvent.click(dialog);
  expect(dialog).not.toBeInTheDocument();
});

test('dragging out of it, as when text is selected, leaves it open', async () => {
  render(<Example />, { wrapper: WithTexts });
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  const dialog = screen.getByRole('dialog');
  fireEvent.pointerDown(screen.getByText('New room'));
  fireEvent.click(dialog);
  expect(dialog).toBeInTheDocument();
});

test('a drawer is a dialog with a name', () => {
  const close = vi.fn();
  render(<Drawer open onClose={close} label="Rooms"><a href="/r/tea">tea</a></Drawer>);
  fireEvent(screen.getByRole('dialog', { name: 'Rooms' }), new Event('cancel', { cancelable: true }));
  expect(close).toHaveBeenCalledTimes(1);
});

test('a field that wants the focus gets it once the dialog is shown', () => {
  // As in a browser: before that, nothing in it can be focused.
  const show = vi.spyOn(HTMLDialogElement.prototype, 'showModal').mockImplementation(function (this: HTMLDialogElement) {
    this.setAttribute('open', '');
    this.querySelector('button')?.focus();
  });
  render(<Dialog open onClose={vi.fn()} title="New room"><TextField label="Name" autoFocus /></Dialog>, { wrapper: WithTexts });
  expect(show).toHaveBeenCalledTimes(1);
  expect(screen.getByLabelText('Name')).toHaveFocus();
});
