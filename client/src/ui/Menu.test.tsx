import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { WithTexts } from '../i18n/testing';
import { IconButton } from './IconButton';
import { MoreIcon, TrashIcon } from './icons';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from './Menu';
import { Popover } from './Popover';

const trigger = <IconButton label="More" icon={<MoreIcon />} />;

test('the keyboard opens it, walks through it and chooses', async () => {
  const remove = vi.fn();
  render(
    <Menu trigger={trigger}>
      <MenuItem onSelect={vi.fn()} shortcut="Mod+C">Copy</MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={remove} icon={<TrashIcon />} danger>Delete</MenuItem>
    </Menu>,
    { wrapper: WithTexts },
  );
  await userEvent.tab();
  await userEvent.keyboard('{Enter}');
  expect(screen.getByRole('menuitem', { name: /Copy/ })).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(remove).toHaveBeenCalledTimes(1);
  await waitFor(() => { expect(screen.queryByRole('menu')).toBeNull(); });
});

test('it locks nothing by a style sheet of its own, which the Content-Security-Policy would refuse', async () => {
  const before = document.querySelectorAll('style').length;
  render(<Menu trigger={trigger}><MenuItem onSelect={vi.fn()}>Copy</MenuItem></Menu>, { wrapper: WithTexts });
  await userEvent.click(screen.getByRole('button', { name: 'More' }));
  expect(screen.getByRole('menu')).toBeInTheDocument();
  expect(document.querySelectorAll('style')).toHaveLength(before);
});

test('one of several can be chosen', async () => {
  const choose = vi.fn();
  render(
    <Menu trigger={trigger}>
      <MenuChoice label="Status" value="online" onChange={choose} options={[{ value: 'online', label: 'Online' }, { value: 'busy', label: 'Busy' }]} />
    </Menu>,
    { wrapper: WithTexts },
  );
  await userEvent.click(screen.getByRole('button', { name: 'More' }));
  expect(screen.getByRole('menuitemradio', { name: 'Online' })).toBeChecked();
  await userEvent.click(screen.getByRole('menuitemradio', { name: 'Busy' }));
  expect(choose).toHaveBeenCalledWith('busy');
});

test('a popover has a name, and Escape gives the focus back', async () => {
  render(<Popover trigger={trigger} label="Emoji"><button type="button">Smile</button></Popover>, { wrapper: WithTexts });
  await userEvent.click(screen.getByRole('button', { name: 'More' }));
  expect(screen.getByRole('dialog', { name: 'Emoji' })).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('dialog')).toBeNull();
  await waitFor(() => { expect(screen.getByRole('button', { name: 'More' })).toHaveFocus(); });
});
