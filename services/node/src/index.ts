export { nodePlugin } from './desk/plugin.ts';
export { createNode, type NodeOptions, type NodeService, type NodeStatus } from './node.ts';
