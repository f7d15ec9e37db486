import {
  choiceSetting,
  hostSetting,
  integerSetting,
  LOG_LEVELS,
  pathSetting,
  textSetting,
  urlSetting,
} from '@eads/runtime';

/** What a node in a container of its own is told. */
export const nodeSettings = {
  member: textSetting({
    env: 'EADS_MEMBER',
    says: 'Which member this node is.',
    pattern: /^(?:[A-Z]{2}|SEC)$/,
    form: 'two capital letters of a force, or SEC',
  }),
  databaseUrl: urlSetting({ env: 'DATABASE_URL', says: 'Its own database.', schemes: ['postgres', 'postgresql'] }),
  hubUrl: urlSetting({
    env: 'EADS_HUB_URL',
    says: 'Where the hub is, without a slash at the end.',
    schemes: ['http', 'https'],
    secret: false,
  }),
  tokenFile: pathSetting({ env: 'EADS_TOKEN_FILE', says: 'A file that holds this member’s installation token.' }),
  dataDir: pathSetting({ env: 'EADS_DATA_DIR', says: 'Where private keys lie. Keep it.', fallback: '.data' }),
  host: hostSetting({ env: 'EADS_HOST', says: 'Where the desk API listens.', fallback: '127.0.0.1' }),
  port: integerSetting({ env: 'EADS_PORT', says: 'The port of the desk API.', max: 65_535, fallback: 8081 }),
  metricsPort: integerSetting({
    env: 'EADS_METRICS_PORT',
    says: 'A port with figures for Prometheus, which nobody publishes; none where it is not set.',
    fallback: null,
    max: 65_535,
  }),
  logLevel: choiceSetting({ env: 'EADS_LOG_LEVEL', says: 'How much is logged.', words: LOG_LEVELS, fallback: 'info' }),
} as const;
