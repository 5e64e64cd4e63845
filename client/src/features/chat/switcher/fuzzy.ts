/** How well a name fits what was typed: pure. */

/** null: a letter is missing, or out of order. Higher is better: a whole beginning, beginnings of words, letters side by side. */
export function fuzzyScore(query: string, name: string): number | null {
  const wanted = [...query.toLowerCase()];
  const letters = [...name.toLowerCase()];
  if (wanted.length === 0) return 0;
  let score = 0;
  let at = 0;
  let previous = -2;
  for (const letter of wanted) {
    while (at < letters.length && letters[at] !== letter) ++at;
    if (at === letters.length) return null;
    const startsWord = at === 0 || /[\s._-]/u.test(letters[at - 1] as string);
    score += 1 + (at === previous + 1 ? 4 : 0) + (startsWord ? 3 : 0) + (at === 0 ? 3 : 0);
    previous = at;
    ++at;
  }
  return score - letters.length / 100;
}

export function fuzzyFilter<T>(items: readonly T[], query: string, nameOf: (item: T) => string): readonly T[] {
  const scored: { item: T; score: number }[] = [];
  for (const item of items) {
    const score = fuzzyScore(query.trim(), nameOf(item));
    if (score !== null) scored.push({ item, score });
  }
  // An empty query scores nothing for anybody: the order stays as it was given.
  return query.trim() === '' ? items : scored.sort((a, b) => b.score - a.score).map(({ item }) => item);
}
