import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { MemberView } from '../../../state/view';
import { Around } from '../testing/around';
import { MembersPanel } from './MembersPanel';
import { sortMembers } from './sort_members';

const member = (name: string, status: MemberView['status'] = 'online', statusText: string | null = null): MemberView => ({ name, status, statusText });
const names = (): (string | null | undefined)[] => screen.getAllByRole('listitem').map((item) => item.querySelector('bdi')?.textContent);

describe('sortMembers', () => {
  it('puts who is there first, then goes by name', () => {
    expect(sortMembers([member('zoe', 'offline'), member('cy', 'away'), member('bo', 'busy'), member('ed'), member('al')]).map(({ name }) => name)).toEqual(['al', 'ed', 'bo', 'cy', 'zoe']);
  });
});

describe('MembersPanel', () => {
  it('shows status, status text and oneself', () => {
    render(<MembersPanel members={[member('ana'), member('ben', 'busy', 'in a meeting')]} total={2} own="ana" />, { wrapper: Around });
    const [ana, ben] = screen.getAllByRole('listitem');
    expect(ana).toHaveTextContent('ana');
    expect(ana).toHaveTextContent('you');
    expect(ana).toHaveTextContent('Online');
    expect(ben).toHaveTextContent('Busy: in a meeting');
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  it('says how many there are beyond those it knows', () => {
    render(<MembersPanel members={[member('ana')]} total={1_501} own="ana" />, { wrapper: Around });
    expect(screen.getByText('and 1,500 more')).toBeInTheDocument();
  });

  it('can be searched when there are many', async () => {
    render(<MembersPanel members={Array.from({ length: 20 }, (_, i) => member(`user${i}`))} total={20} own="user1" />, { wrapper: Around });
    const field = screen.getByRole('textbox', { name: 'Search members' });
    await userEvent.type(field, 'R19');
    expect(names()).toEqual(['user19']);
    await userEvent.clear(field);
    await userEvent.type(field, 'nobody');
    expect(screen.getByText('Nobody here has that name.')).toBeInTheDocument();
  });
});
