import type { MemberView } from '../../../state/view';

const RANK = { online: 0, busy: 1, away: 2, offline: 3 } as const;

/** Who is there first, then by name. */
export function sortMembers(members: readonly MemberView[]): readonly MemberView[] {
  const byName = new Intl.Collator();
  return [...members].sort((a, b) => RANK[a.status] - RANK[b.status] || byName.compare(a.name, b.name));
}
