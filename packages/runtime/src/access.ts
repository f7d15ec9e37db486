import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { Problems } from './problems.ts';
import type { Authenticate } from './tokens.ts';

/** A rule for roles that are not known beforehand, like "any member". */
export interface AccessRule {
  /** For the documents: `any member`. */
  readonly says: string;
  allows(role: string): boolean;
}

/** Who may use a route. There is no default: a route that does not say is refused at start-up. */
export type RouteAccess = 'open' | readonly string[] | AccessRule;

/** Whoever has a token. */
export const anyRole: AccessRule = { says: 'any token', allows: () => true };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use this route. Must be declared. */
    roles?: RouteAccess;
    /** A page that a person opens by hand: the token may come as the password of HTTP Basic. GET only. */
    browser?: boolean;
  }
  interface FastifyRequest {
    /** The role of the token; null on a route that is open. */
    role: string | null;
  }
}

export interface AccessOptions<Code extends string> {
  readonly problems: Problems<Code>;
  readonly authenticate: Authenticate;
  /** Called when a token was missing or wrong, before the answer; throws to answer otherwise. */
  readonly onFailure: (request: FastifyRequest) => Promise<void>;
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;
const BASIC = /^Basic +([A-Za-z0-9+/]+=*) *$/i;

/** For the documents: who may use a route, in words. */
export const accessInWords = (access: RouteAccess): string => {
  if (access === 'open') return 'everyone, without a token';
  return 'says' in access ? access.says : access.join(', ');
};

const tokenOf = (request: FastifyRequest): string | null => {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const bearer = BEARER.exec(header)?.[1];
  if (bearer !== undefined) return bearer;
  const basic = request.routeOptions.config.browser === true ? BASIC.exec(header)?.[1] : undefined;
  if (basic === undefined) return null;
  const [, ...password] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return password.join(':');
};

const refuseUndeclared = (route: RouteOptions): void => {
  const { roles, browser } = route.config ?? {};
  const name = `${String(route.method)} ${route.url}`;
  if (roles === undefined) {
    throw new Error(`${name} does not declare who may use it: add config: { roles: [...] } or roles: 'open'.`);
  }
  if (Array.isArray(roles) && roles.length === 0) {
    throw new Error(`${name} declares an empty list of roles: nobody could use it.`);
  }
  const methods = [route.method].flat();
  if (browser === true && methods.some((method) => method !== 'GET' && method !== 'HEAD')) {
    // A browser sends Basic credentials along by itself, also when another site asks it to.
    throw new Error(`${name} takes HTTP Basic: that is for GET only.`);
  }
};

/**
 * Closes every route but those that declare themselves open. Routes registered before this call are not seen.
 * Answers 401 `unauthenticated` without a known token, 403 `forbidden` for a role that the route does not name.
 */
export const addAccessControl = <Code extends string>(app: FastifyInstance, options: AccessOptions<Code>): void => {
  const { problems, authenticate, onFailure } = options;
  app.decorateRequest('role', null);
  app.addHook('onRoute', refuseUndeclared);
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return;
    const { roles, browser } = request.routeOptions.config;
    if (roles === 'open') return;
    const token = tokenOf(request);
    const role = token === null ? null : await authenticate(token);
    if (role === null) {
      await onFailure(request);
      reply.header('www-authenticate', browser === true ? 'Basic realm="token", charset="UTF-8"' : 'Bearer');
      throw problems.error(
        'unauthenticated',
        token === null
          ? 'Send the header "Authorization: Bearer <token>". The tokens stand in access.json in the data folder.'
          : 'This token is not known here. The tokens stand in access.json in the data folder.',
      );
    }
    const allowed = roles !== undefined && ('says' in roles ? roles.allows(role) : roles.includes(role));
    if (!allowed) {
      const who = roles === undefined ? 'nobody' : accessInWords(roles);
      throw problems.error('forbidden', `The token of "${role}" does not open this. It is open to: ${who}.`);
    }
    request.role = role;
  });
};

/** The role of a request on a route that is not open. */
export const roleOf = (request: FastifyRequest): string => {
  if (request.role === null) throw new Error('roleOf was asked on an open route');
  return request.role;
};
