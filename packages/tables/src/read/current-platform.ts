import { platform as browser } from './platform.browser.ts';
import { isNode, platform as node } from './platform.node.ts';
import type { Platform } from './platform.ts';

/** Asked at run time, so that nothing depends on a bundler's conditions. */
export const platform: Platform = isNode ? node : browser;
