import * as nodeModule from 'node:module';

/** Node 20 has no such cache. */
export const enableCompileCache = (): unknown => nodeModule.enableCompileCache?.();
