import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { Checkbox } from './Checkbox';
import { SegmentedControl } from './SegmentedControl';
import { Select } from './Select';
import { Switch } from './Switch';
import { Tabs } from './Tabs';

const THEMES = [{ value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }] as const;

test('a checkbox is switched by its label and described by its description', async () => {
  const change = vi.fn();
  render(<Checkbox label="Private" description="With a password" checked={false} onChange={change} />);
  expect(screen.getByRole('checkbox', { name: 'Private' })).toHaveAccessibleDescription('With a password');
  await userEvent.click(screen.getByText('Private'));
  expect(change).toHaveBeenCalledWith(true);
});

test('a switch is one to screen readers, and stays put while disabled', async () => {
  const change = vi.fn();
  const { rerender } = render(<Switch label="Sounds" checked onChange={change} />);
  await userEvent.click(screen.getByRole('switch', { name: 'Sounds', checked: true }));
  expect(change).toHaveBeenCalledWith(false);
  rerender(<Switch label="Sounds" checked disabled onChange={change} />);
  await userEvent.click(screen.getByRole('switch'));
  expect(change).toHaveBeenCalledTimes(1);
});

test('a select hands out the chosen value', async () => {
  const change = vi.fn();
  render(<Select<'light' | 'dark'> label="Theme" options={THEMES} value="light" onChange={change} />);
  await userEvent.selectOptions(screen.getByLabelText('Theme'), 'Dark');
  expect(change).toHaveBeenCalledWith('dark');
});

test('a segmented control is a group of radio buttons', async () => {
  const change = vi.fn();
  render(<SegmentedControl<'light' | 'dark'> label="Theme" options={THEMES} value="light" onChange={change} />);
  expect(screen.getByRole('group', { name: 'Theme' })).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: 'Light' })).toBeChecked();
  await userEvent.click(screen.getByRole('radio', { name: 'Dark' }));
  expect(change).toHaveBeenCalledWith('dark');
});

function Ways() {
  const [way, setWay] = useState<'in' | 'new' | 'guest'>('in');
  return (
    <Tabs
      label="How" selected={way} onSelect={setWay}
      tabs={[{ id: 'in', label: 'Sign in' }, { id: 'new', label: 'Register' }, { id: 'guest', label: 'Guest' }]}
    >
      {`panel ${way}`}
    </Tabs>
  );
}

test('arrow keys walk around the tabs, and Tab goes on into the panel', async () => {
  render(<><Ways /><button type="button">after</button></>);
  await userEvent.tab();
  expect(screen.getByRole('tab', { name: 'Sign in', selected: true })).toHaveFocus();
  await userEvent.keyboard('{ArrowRight}');
  expect(screen.getByRole('tab', { name: 'Register', selected: true })).toHaveFocus();
  expect(screen.getByRole('tabpanel', { name: 'Register' })).toHaveTextContent('panel new');
  await userEvent.keyboard('{End}{ArrowRight}');
  expect(screen.getByRole('tab', { name: 'Sign in', selected: true })).toHaveFocus();
  await userEvent.tab();
  expect(screen.getByRole('button', { name: 'after' })).toHaveFocus();
});
