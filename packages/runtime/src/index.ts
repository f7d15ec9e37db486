export { type AccessRule, accessInWords, anyRole, type RouteAccess, roleOf } from './access.ts';
export { type Clock, realClock, type Timer } from './clock.ts';
export {
  type ConfigOf,
  type ConfigSchema,
  choiceSetting,
  hostSetting,
  integerSetting,
  listVariables,
  onOffSetting,
  pathSetting,
  readConfig,
  strayVariables,
  textSetting,
  urlSetting,
  type Variable,
  type VariableRow,
} from './config.ts';
export type { ContentPolicy } from './content-policy.ts';
export { createHttpServer, type HttpServerOptions, listen } from './http.ts';
export type { HttpServer } from './http-server.ts';
export { listenError, listenErrorSentence } from './listen-error.ts';
export { createLogger, LOG_LEVELS, type Logger, type LoggerOptions, type LogLevel, silentLogger } from './logger.ts';
export { addMetricsRoute, createMetrics, listenForMetrics, type Metrics, type MetricsServer } from './metrics.ts';
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
export { redact, redactText } from './redact.ts';
export { explainFailure, runMain } from './run-main.ts';
export { type CloseStep, createShutdown, type ProcessHandle, type Shutdown, type ShutdownOptions } from './shutdown.ts';
export { type Authenticate, createTokenTable, generateToken } from './tokens.ts';
export { issuePlaces } from './validation-places.ts';
