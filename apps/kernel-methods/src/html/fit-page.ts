export const fitPage = (_: unknown): string => '';
