import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { Around } from '../testing/around';
import ShortcutsDialog from './ShortcutsDialog';
import { useShortcuts, type ShortcutHandlers } from './use_shortcuts';

function Page({ handlers }: { handlers: ShortcutHandlers }): ReactElement {
  useShortcuts(handlers);
  return <><input aria-label="field" /><button type="button" onKeyDown={(event) => event.preventDefault()}>used</button></>;
}
function setup() {
  const handlers = { switchRoom: vi.fn(), showShortcuts: vi.fn(), previousRoom: vi.fn(), nextRoom: vi.fn(), escape: vi.fn() };
  render(<Page handlers={handlers} />);
  return { handlers, user: userEvent.setup() };
}

describe('useShortcuts', () => {
  it.each([['{Control>}k{/Control}', 'switchRoom'], ['?', 'showShortcuts'], ['{Alt>}{ArrowUp}{/Alt}', 'previousRoom'], ['{Alt>}{ArrowDown}{/Alt}', 'nextRoom'], ['{Escape}', 'escape']] as const)('knows %s', async (keys, name) => {
    const { handlers, user } = setup();
    await user.keyboard(keys);
    for (const [each, handler] of Object.entries(handlers)) expect(handler).toHaveBeenCalledTimes(each === name ? 1 : 0);
  });

  it('leaves a question mark to the text that it is typed into', async () => {
    const { handlers, user } = setup();
    await user.type(screen.getByLabelText('field'), '?{Escape}');
    expect(handlers.showShortcuts).not.toHaveBeenCalled();
    expect(handlers.escape).toHaveBeenCalledOnce();
  });

  it('leaves alone what somebody else has used', async () => {
    const { handlers, user } = setup();
    screen.getByText('used').focus();
    await user.keyboard('{Escape}?');
    for (const handler of Object.values(handlers)) expect(handler).not.toHaveBeenCalled();
  });

  it('leaves all but the switcher to a dialog that is open', async () => {
    const { handlers, user } = setup();
    const dialog = document.createElement('dialog');
    dialog.setAttribute('open', '');
    document.body.append(dialog);
    await user.keyboard('{Escape}?{Alt>}{ArrowUp}{/Alt}{Control>}k{/Control}');
    dialog.remove();
    expect(handlers.switchRoom).toHaveBeenCalledOnce();
    for (const name of ['escape', 'showShortcuts', 'previousRoom'] as const) expect(handlers[name]).not.toHaveBeenCalled();
  });
});

describe('ShortcutsDialog', () => {
  it('lists them', () => {
    render(<ShortcutsDialog onClose={() => undefined} />, { wrapper: Around });
    expect(screen.getByRole('dialog', { name: 'Keyboard shortcuts' })).toHaveTextContent('Edit your last message');
    expect(screen.queryByText(/^chat-/)).toBeNull();
  });
});
