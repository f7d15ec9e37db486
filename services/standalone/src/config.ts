import {
  choiceSetting,
  hostSetting,
  integerSetting,
  LOG_LEVELS,
  onOffSetting,
  pathSetting,
  urlSetting,
} from '@eads/runtime';

/** Every variable of the standalone form. */
export const standaloneSettings = {
  port: integerSetting({
    env: 'EADS_PORT',
    says: 'The one public port; 0 takes any free one.',
    fallback: 8080,
    max: 65_535,
  }),
  host: hostSetting({
    env: 'EADS_HOST',
    says: 'The address to listen on; 0.0.0.0 opens it to the room.',
    fallback: '127.0.0.1',
  }),
  dataDir: pathSetting({ env: 'EADS_DATA_DIR', says: 'Where everything is kept.', fallback: '.data' }),
  ambient: onOffSetting({
    env: 'EADS_AMBIENT',
    says: 'Whether simulated forces exchange messages in the practice run at a gentle rate.',
    fallback: true,
  }),
  logLevel: choiceSetting({
    env: 'EADS_LOG_LEVEL',
    says: 'How much is written to the log file.',
    words: LOG_LEVELS,
    fallback: 'info',
  }),
  databaseUrl: urlSetting({
    env: 'DATABASE_URL',
    says: 'A PostgreSQL server to use in place of the embedded one; its role must be able to create databases.',
    schemes: ['postgres', 'postgresql'],
    fallback: null,
  }),
  metricsPort: integerSetting({
    env: 'EADS_METRICS_PORT',
    says: 'A port on loopback with figures for Prometheus; none where it is not set.',
    fallback: null,
    max: 65_535,
  }),
};
