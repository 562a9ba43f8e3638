// The entry for Node, Bun and Deno; package.json names it under the condition `node`.
import { installPlatform } from './platform/current.ts';
import { nodePlatform } from './platform/node.ts';

installPlatform(nodePlatform);

export * from './api.ts';
