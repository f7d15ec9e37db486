import { createClient } from '@eads/client';
import { sampleNotice } from '@eads/samples';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeExchange, startFakeExchange } from '../testing/fake-exchange.ts';
import { askKnown } from './known.ts';

let exchange: FakeExchange;
afterEach(() => exchange.stop());
const never = new AbortController().signal;
const notice = {
  ...sampleNotice('known', { force: 'ID', year: 2026, serial: 7, on: '2026-03-01' }),
  source: { format: 'interpol-public' as const, reference: '2026/9' },
};

describe('asking what was imported before', () => {
  it('waits for what is still on its way, and gives up with a reason', async () => {
    exchange = await startFakeExchange({ state: () => 'queued' });
    const client = createClient({ url: exchange.url, token: 'good', member: 'ID' });
    await client.publish(notice);
    await expect(askKnown(client, never, 250)).rejects.toThrow('1 notices of ID are still on their way');
  });

  it('sees what arrived meanwhile', async () => {
    let looks = 0;
    exchange = await startFakeExchange({ state: () => (looks++ < 2 ? 'sent' : 'receipted') });
    const client = createClient({ url: exchange.url, token: 'good', member: 'ID' });
    await client.publish(notice);
    const { sources, serials } = await askKnown(client, never);
    expect([...sources.keys()]).toEqual(['2026/9']);
    expect([...(serials.get(2026) ?? [])]).toEqual([7]);
  });
});
