import { FORCES, memberCode } from '@eads/protocol';
import { type Constellation, startConstellation } from '@eads/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MEMBERS = [...FORCES, 'SEC'];
const ROLES = [...MEMBERS, 'trainer', 'evaluator', 'auditor', 'operator'];
const SEE_ALL = ['trainer', 'evaluator', 'auditor'];
const KEEPERS = ['trainer', 'operator'];

/** Who may use a route. `open`: everybody, without a token. */
type Access = 'open' | readonly string[];

/** Routes of the hub and of the server itself, as the server names them. */
const TABLE: Readonly<Record<string, Access>> = {
  'GET /health': 'open',
  'GET /openapi.json': ROLES,
  'GET /docs': ROLES,
  'GET /hub/asyncapi.json': ROLES,
  'GET /hub/runs': ROLES,
  'POST /hub/runs': KEEPERS,
  'POST /hub/runs/restore': KEEPERS,
  'GET /hub/runs/:run': ROLES,
  'DELETE /hub/runs/:run': KEEPERS,
  'POST /hub/runs/:run/start': KEEPERS,
  'POST /hub/runs/:run/archive': KEEPERS,
  'GET /hub/runs/:run/export': ['auditor', 'trainer'],
  'GET /hub/runs/:run/feed': SEE_ALL,
  'POST /hub/runs/:run/enrolments': MEMBERS,
  'GET /hub/runs/:run/enrolments': ['SEC', 'trainer'],
  'POST /hub/runs/:run/genesis': ['SEC'],
  'GET /hub/runs/:run/genesis': ROLES,
  'GET /hub/runs/:run/checkpoint': ROLES,
  // Hash tiles; what is more than hashes is looked at below.
  'GET /hub/runs/:run/tile/*': ROLES,
  'GET /hub/runs/:run/proof/:seq': ROLES,
  'GET /hub/runs/:run/sessions': [...SEE_ALL, 'operator', 'SEC'],
  'POST /hub/runs/:run/ledger/open': KEEPERS,
  'POST /hub/runs/:run/ledger/new-epoch': KEEPERS,
  'GET /hub/runs/:run/link': MEMBERS,
};

/** Routes of a node, below `/nodes/<member>`: each is for its own member alone. */
const NODE_ROUTES = [
  'GET /status',
  'DELETE /runs/:run',
  'GET /runs/:run/status',
  'POST /runs/:run/resume',
  'GET /runs/:run/recalls/:from/:id',
  'GET /runs/:run/reads',
  'POST /runs/:run/messages',
  'GET /runs/:run/messages',
  'GET /runs/:run/messages/:id',
  'POST /runs/:run/messages/:id/confirm',
  'GET /runs/:run/entries',
  'GET /runs/:run/evidence',
  'GET /runs/:run/export',
  'GET /runs/:run/notices',
  'GET /runs/:run/notices/:from/:id',
  'GET /runs/:run/trust',
  'GET /runs/:run/keys',
  'POST /runs/:run/keys/rotate',
  'POST /runs/:run/keys/revoke',
  'POST /runs/:run/keys/approvals',
];

const expectedOf = (route: string): Access | undefined => {
  const node = /^(\w+) \/nodes\/([A-Z]+)(\/.*)$/.exec(route);
  if (!node) return TABLE[route];
  const [, method, member = '', path] = node;
  return NODE_ROUTES.includes(`${method} ${path}`) && memberCode.safeParse(member).success ? [member] : undefined;
};

/** Every route of a server, as it prints them itself: `GET /path`. */
const routesOf = (printed: string): string[] => {
  const parents: string[] = [];
  return printed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const [, indent = '', path = '', methods] =
        /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
      const depth = indent.length / 4;
      // The printer leaves out what stands before a star.
      const full = `${parents[depth - 1] ?? ''}${path === '*' ? '/tile/*' : path}`;
      parents[depth] = full;
      return (methods ?? '').split(', ').flatMap((method) => (method === '' ? [] : [`${method} ${full}`]));
    });
};

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
/** A path of that route, in a run that is not there: who may not use it is told so before anything is looked for. */
const pathOf = (route: string): string =>
  (route.split(' ')[1] as string)
    .replace(':run', 'nowhere')
    .replace('*', '0/000.p/1')
    .replace(':seq', '0')
    .replace(':from', 'ID')
    .replace(':id', ID);

describe('who may use which route', () => {
  let net: Constellation;
  let routes: string[] = [];
  beforeAll(async () => {
    net = await startConstellation();
    routes = routesOf(net.app.printRoutes({ commonPrefix: false }));
  });
  afterAll(async () => {
    await net?.end();
  });

  const status = async (token: string | null, method: string, path: string): Promise<number> =>
    (
      await fetch(`${net.url}${path}`, {
        method,
        headers: token === null ? {} : { authorization: `Bearer ${token}` },
      })
    ).status;
  const token = (role: string): string => net.access.tokens[role] as string;

  it('names every route that the server has, and no other', () => {
    expect(routes.filter((route) => expectedOf(route) === undefined)).toEqual([]);
    const nodes = MEMBERS.flatMap((member) => NODE_ROUTES.map((route) => route.replace(' ', ` /nodes/${member}`)));
    expect(routes.toSorted()).toEqual([...Object.keys(TABLE), ...nodes].toSorted());
  });

  it('lets in whom the table names, and tells everybody else 403, or 401 without a known token', async () => {
    // One node stands for the others: they are one plugin, mounted under their codes, as the test above has seen.
    const some = routes.filter((route) => !route.includes('/nodes/') || route.includes('/nodes/ID/'));
    expect(some.length).toBe(Object.keys(TABLE).length + NODE_ROUTES.length);
    for (const route of some) {
      const access = expectedOf(route) as Access;
      const method = route.split(' ')[0] as string;
      const path = pathOf(route);
      const open = access === 'open';
      expect(await status(null, method, path), `${route} without a token`).toBe(open ? 200 : 401);
      expect(await status('x'.repeat(43), method, path), `${route} with a token of nobody`).toBe(open ? 200 : 401);
      for (const role of ROLES) {
        const answer = await status(token(role), method, path);
        const refused = [401, 403].includes(answer);
        expect(refused ? answer : 'let in', `${route} as ${role}`).toBe(open || access.includes(role) ? 'let in' : 403);
        expect(answer, `${route} as ${role}`).not.toBe(500);
      }
    }
  });

  it('shows entry bundles and records to those who see all, and hashes to members', async () => {
    for (const role of ROLES) {
      const answer = await status(token(role), 'GET', '/hub/runs/practice/tile/entries/000.p/1');
      expect(answer, role).toBe(SEE_ALL.includes(role) ? 200 : 403);
      expect(await status(token(role), 'GET', '/hub/runs/practice/tile/0/000.p/1'), role).toBe(200);
    }
  });

  it('has no figures for Prometheus on the public port', async () => {
    for (const path of ['/metrics', '/hub/metrics']) expect(await status(token('operator'), 'GET', path)).toBe(404);
  });
});
