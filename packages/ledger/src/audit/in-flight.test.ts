import { expect, test } from 'vitest';
import { createInFlight } from './in-flight.ts';

const deferred = () => Promise.withResolvers<void>();
/** Lets everything that is due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('is full at its bound, and has room again once half of it is done', async () => {
  const inFlight = createInFlight(4);
  const works = Array.from({ length: 4 }, deferred);
  for (const { promise } of works) {
    expect(inFlight.full()).toBe(false);
    inFlight.start(promise);
  }
  expect(inFlight.full()).toBe(true);
  let room = false;
  const waiting = inFlight.room().then(() => {
    room = true;
  });
  works[2]?.resolve();
  await settle();
  expect(room).toBe(false);
  works[0]?.resolve();
  await waiting;
  expect(inFlight.full()).toBe(false);
  let drained = false;
  const end = inFlight.drain().then(() => {
    drained = true;
  });
  works[1]?.resolve();
  await settle();
  expect(drained).toBe(false);
  works[3]?.resolve();
  await end;
});

test('tells a failure, and only after all is done', async () => {
  const inFlight = createInFlight(4);
  const slow = deferred();
  inFlight.start(Promise.reject(new Error('broken')));
  inFlight.start(slow.promise);
  const end = inFlight.drain();
  slow.resolve();
  await expect(end).rejects.toThrow('broken');
});

test('with nothing under way there is nothing to wait for', async () => {
  await createInFlight(1).drain();
});
