// The entry for everything but Node: pages, their workers, and runtimes without Node's modules.
import { browserPlatform } from './platform/browser.ts';
import { installPlatform } from './platform/current.ts';

installPlatform(browserPlatform);

export * from './api.ts';
