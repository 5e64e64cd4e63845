// One round: the crowd enters new rooms and writes; something breaks and is mended; everybody comes to rest; and then the
// checker looks at the evidence. Every wait is for a condition, with a limit that only something broken reaches.
import { checkRoom } from './checker.mjs';
import { readEverywhere } from './fresh_history.mjs';

/**
 * @typedef {{ name: string, began: string, seconds: number, faultSeconds: number, firstSeconds: number, backSeconds: number, messages: number,
 *   resent: number, elsewhere: number, silenceSeconds: number, silent: string, holes: number, views: number,
 *   later: Record<string, number>, findings: string[] }} Row
 */

/** Nobody takes this long unless something is broken: a guest's name is free again a minute after its server died. */
const kPatienceMs = 150_000;
/** Views catch up by themselves: what a push did not bring is known to be missing within seconds. */
const kCatchUpMs = 30_000;

/** Who is in which of a round's rooms, by label: everybody in the hall, in a room of some size, and some in a third one. */
export function seating(people, round, random) {
  const names = Array.from({ length: Math.max(2, Math.ceil(people.length / 25)) }, (_, at) => `round ${round} room ${at + 1}`);
  const hall = `round ${round} hall`;
  const rooms = {};
  for (const { label } of people) {
    const own = random.pick(names);
    const other = random.pick(names);
    rooms[label] = [{ name: hall, weight: 1 }, { name: own, weight: 12 }, ...(other === own || random.next() < 0.5 ? [] : [{ name: other, weight: 8 }])];
  }
  return { rooms, names: [hall, ...names] };
}

/**
 * @param {{ cluster: import('./cluster.mjs').Cluster, crowd: import('./crowd.mjs').Crowd, number: number, seed: number,
 *   fault: { name: string, run: (stage: object) => Promise<void> }, times: object, warmUp: number, lasting: string[],
 *   random: import('../../integration/lib/random.mjs').Random, say: (text: string) => void }} options
 *   warmUp: so many messages before anything breaks, and after it is mended. lasting: rooms of all rounds, checked as well.
 * @returns {Promise<Row>}
 */
export async function runRound({ cluster, crowd, number, seed, fault, times, warmUp, lasting, random, say }) {
  const began = Date.now();
  const before = await crowd.status();
  /** @type {Row} */
  const row = { name: fault.name, began: new Date(began).toISOString(), seconds: 0, faultSeconds: 0, firstSeconds: 0, backSeconds: 0, messages: 0, resent: 0, elsewhere: 0, silenceSeconds: 0, silent: '', holes: 0, views: 0, later: {}, findings: [] };
  const { rooms, names } = seating(crowd.people, number, random);
  try {
    await crowd.enter(rooms);
    await crowd.until(({ unsettled }) => unsettled === 0, { what: 'everyone is in the rooms', timeoutMs: kPatienceMs });
    await crowd.write(true);
    await crowd.until(({ acknowledged }) => acknowledged >= before.acknowledged + warmUp, { what: `${warmUp} messages before anything breaks`, timeoutMs: kPatienceMs });

    await crowd.silence();
    const struck = Date.now();
    await fault.run({ cluster, times });
    const mended = Date.now();
    row.faultSeconds = (mended - struck) / 1000;
    await crowd.all('listen');
    const at = await crowd.status();
    await crowd.until(({ acknowledged }) => acknowledged > at.acknowledged, { what: 'a message after it is mended', timeoutMs: kPatienceMs });
    row.firstSeconds = (Date.now() - mended) / 1000;
    await crowd.until(({ unheard }) => unheard === 0, { what: 'everybody hears of the others again', timeoutMs: kPatienceMs, who: 'whoUnheard' });
    row.backSeconds = (Date.now() - mended) / 1000;
    await crowd.until(({ acknowledged }) => acknowledged >= at.acknowledged + warmUp, { what: `${warmUp} messages after it is mended`, timeoutMs: kPatienceMs });
    const silence = await crowd.silence();
    Object.assign(row, { silenceSeconds: silence.ms / 1000, silent: silence.who });

    await crowd.write(false);
    await crowd.until(({ unsettled }) => unsettled === 0, { what: 'every outbox is empty and everyone is in the rooms', timeoutMs: kPatienceMs });
    row.findings.push(...await check({ cluster, crowd, seed, names: [...names, ...lasting], row }));
    await crowd.exit(names);
  } catch (error) {
    row.findings.push(`stuck: ${/** @type {Error} */ (error).message} (seed ${seed})`);
    await crowd.write(false).catch(() => {});
  }
  const after = await crowd.status().catch(() => before);
  row.messages = after.acknowledged - before.acknowledged;
  row.resent = after.resent - before.resent;
  row.elsewhere = after.elsewhere - before.elsewhere;
  for (const [code, count] of Object.entries(after.temporary)) if (count > (before.temporary[code] ?? 0)) row.later[code] = count - (before.temporary[code] ?? 0);
  row.findings.push(...after.refused.map((text) => `refused: ${text} (seed ${seed})`));
  row.seconds = (Date.now() - began) / 1000;
  const later = Object.entries(row.later).map(([code, count]) => `${code} ${count}`).join(', ');
  say(`${row.findings.length === 0 ? 'ok  ' : 'FAIL'} ${row.name}: ${row.messages} acknowledged, ${row.resent} resent (${row.elsewhere} elsewhere), ${row.views} views, ${row.holes} holes healed, broken ${row.faultSeconds.toFixed(1)} s, first message after ${row.firstSeconds.toFixed(1)} s, all back after ${row.backSeconds.toFixed(1)} s, longest silence ${row.silenceSeconds.toFixed(1)} s of ${row.silent}, ${row.seconds.toFixed(1)} s in all${later ? `; told to wait: ${later}` : ''}`);
  for (const finding of row.findings.slice(0, 20)) say(`       ${finding}`);
  if (row.findings.length > 20) say(`       and ${row.findings.length - 20} more`);
  return row;
}

/** Everybody is at rest: reads everything afresh, waits for the views to be there by themselves, and compares. */
async function check({ cluster, crowd, seed, names, row }) {
  const findings = [];
  const read = await readEverywhere(cluster.servers, names);
  const highest = Object.fromEntries(read.map(({ room, readings }) => [room, Math.max(...readings.map(({ seq }) => seq))]));
  await crowd.caughtUp(highest, kCatchUpMs).catch((error) => findings.push(`behind: ${error.message} (seed ${seed})`));
  const evidence = await crowd.evidence(names);
  for (const [at, { readings }] of read.entries()) {
    findings.push(...checkRoom({ seed, readings, ...evidence[at] }).map(({ text }) => text));
  }
  const { views, holes, findings: wrong } = await crowd.views(read.map(({ readings }) => readings[0]));
  Object.assign(row, { views, holes });
  findings.push(...wrong.map(({ text }) => text));
  return findings;
}
