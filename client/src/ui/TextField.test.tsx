import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { WithTexts } from '../i18n/testing';
import { TextArea } from './TextArea';
import { TextField } from './TextField';

test('label, hint and error belong to the control', () => {
  const { rerender } = render(<TextField label="Name" hint="3 to 20 characters" />, { wrapper: WithTexts });
  const input = screen.getByLabelText('Name');
  expect(input).toHaveAccessibleDescription('3 to 20 characters');
  expect(input).toBeValid();
  rerender(<TextField label="Name" hint="3 to 20 characters" error="That name is taken." />);
  expect(input).toHaveAccessibleDescription('That name is taken.');
  expect(input).toBeInvalid();
});

test('a password can be looked at, and keeps what was typed', async () => {
  render(<TextField label="Password" type="password" />, { wrapper: WithTexts });
  const input = screen.getByLabelText('Password');
  await userEvent.type(input, 'open sesame');
  expect(input).toHaveAttribute('type', 'password');
  await userEvent.click(screen.getByRole('button', { name: 'Show password' }));
  expect(input).toHaveAttribute('type', 'text');
  expect(input).toHaveValue('open sesame');
  await userEvent.click(screen.getByRole('button', { name: 'Hide password' }));
  expect(input).toHaveAttribute('type', 'password');
});

test('a hidden label is still the name', () => {
  render(<TextField label="Search rooms" hideLabel type="search" />, { wrapper: WithTexts });
  expect(screen.getByRole('searchbox', { name: 'Search rooms' })).toBeInTheDocument();
});

test('several lines have label and error too', () => {
  render(<TextArea label="Description" error="Too long" />, { wrapper: WithTexts });
  expect(screen.getByRole('textbox', { name: 'Description' })).toHaveAccessibleDescription('Too long');
});
