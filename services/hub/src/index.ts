export { hubPlugin } from './http/plugin.ts';
export { createHub, EVERYONE, type Hub, type HubOptions } from './hub.ts';
