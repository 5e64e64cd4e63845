import { beforeEach, describe, expect, it } from 'vitest';
import { readEntered, writeEntered } from './entered_rooms';

beforeEach(() => window.localStorage.clear());

describe('the rooms of a device', () => {
  it('are kept in the order of entering, for each author', () => {
    for (const room of ['lobby', 'garden', 'lobby', 'attic']) writeEntered('account:ann', room, 'entered');
    writeEntered('guest:ann', 'cellar', 'entered');
    expect(readEntered('account:ann')).toEqual({ entered: ['lobby', 'garden', 'attic'], left: [] });
    expect(readEntered('guest:ann').entered).toEqual(['cellar']);
  });

  it('are either entered or left', () => {
    writeEntered('account:ann', 'lobby', 'entered');
    writeEntered('account:ann', 'lobby', 'left');
    writeEntered('account:ann', 'lobby', 'left');
    expect(readEntered('account:ann')).toEqual({ entered: [], left: ['lobby'] });
    writeEntered('account:ann', 'lobby', 'entered');
    expect(readEntered('account:ann')).toEqual({ entered: ['lobby'], left: [] });
  });

  it.each(['null', '{', '{"entered":5,"left":[1,null]}', '[]'])('are none where the device kept %s', (kept) => {
    window.localStorage.setItem('chillin.rooms.account:ann', kept);
    expect(readEntered('account:ann')).toEqual({ entered: [], left: [] });
  });
});
