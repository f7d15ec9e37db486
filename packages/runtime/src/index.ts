export { type AccessRule, accessInWords, anyRole, type RouteAccess, roleOf } from './access.ts';
export { type Clock, realClock, type Timer } from './clock.ts';
export { createHttpServer, type HttpServer, type HttpServerOptions, listen } from './http.ts';
export { listenError, listenErrorSentence } from './listen-error.ts';
export { type MountOptions, mount, type ServicePlugin } from './mount.ts';
export { PersonError, type PersonErrorText } from './person-error.ts';
export {
  createProblems,
  type ProblemBody,
  ProblemError,
  type ProblemOptions,
  type ProblemPlace,
  type ProblemRow,
  type Problems,
} from './problems.ts';
export type { RateLimits } from './rate-limits.ts';
export { type Authenticate, createTokenTable, generateToken } from './tokens.ts';
