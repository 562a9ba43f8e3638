// The entry for everything but Node: pages, their workers, and runtimes without Node's modules.
import { announce } from './announce.ts';
import { browserPlatform } from './platform/browser.ts';
import { installPlatform } from './platform/current.ts';

installPlatform(browserPlatform);
announce();

export * from './api.ts';
