// The entry for Node, Bun and Deno; package.json names it under the condition `node`.
import { announce } from './announce.ts';
import { installPlatform } from './platform/current.ts';
import { nodePlatform } from './platform/node.ts';

installPlatform(nodePlatform);
announce();

export * from './api.ts';
