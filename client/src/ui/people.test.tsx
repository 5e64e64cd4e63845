import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { WithTexts } from '../i18n/testing';
import { Avatar } from './Avatar';
import { AVATAR_HUES, hueOf, initialsOf, ownImage } from './avatar_look';
import { Badge } from './Badge';
import { Kbd } from './Kbd';
import { StatusDot } from './StatusDot';

describe('initials', () => {
  test.each([
    ['ada', 'A'], ['ada lovelace', 'AL'], ['grace.hopper', 'GH'], ['ülkü', 'Ü'], ['سارة', 'س'], ['👩‍👩‍👧 family', '👩‍👩‍👧F'], ['---', '-'],
  ])('of %s are %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

test('a name has the same hue every time, and names differ', () => {
  expect(hueOf('ada')).toBe(hueOf('ada'));
  const hues = new Set(Array.from({ length: 200 }, (_, n) => hueOf(`user${n}`)));
  expect(hues.size).toBe(AVATAR_HUES);
});

test.each(['https://example.org/a.png', '//example.org/a.png', '/\\example.org/a.png', 'javascript:alert(1)', 'data:image/png;base64,AA', '', null])('no image is fetched from %s', (image) => {
  expect(ownImage(image)).toBeNull();
});

test('an image that cannot be loaded gives way to the initials', () => {
  const { container } = render(<Avatar name="ada" image="/api/avatars/1" />);
  const image = container.querySelector('img');
  expect(image).toHaveAttribute('src', '/api/avatars/1');
  expect(screen.queryByText('A')).toBeNull();
  fireEvent.error(image as HTMLImageElement);
  expect(screen.getByText('A')).toBeInTheDocument();
});

test('a badge counts, up to its limit, and is not there for nothing', () => {
  const { rerender, container } = render(<Badge count={0} />);
  expect(container).toBeEmptyDOMElement();
  rerender(<Badge count={99} label="99 unread messages" />);
  expect(screen.getByText('99')).toHaveAttribute('aria-hidden', 'true');
  expect(screen.getByText('99 unread messages')).toBeInTheDocument();
  rerender(<Badge count={100} />);
  expect(screen.getByText('99+')).toBeInTheDocument();
});

test('each status has a shape of its own, not only a colour', () => {
  const shapes = (['online', 'away', 'busy', 'offline'] as const).map((status) => render(<StatusDot status={status} />).container.querySelector('svg')?.innerHTML);
  expect(new Set(shapes).size).toBe(4);
});

test('keys are named as on the keyboard', () => {
  const { container } = render(<Kbd keys="Mod+Shift+K" />, { wrapper: WithTexts });
  expect(container).toHaveTextContent('CtrlShiftK');
});
