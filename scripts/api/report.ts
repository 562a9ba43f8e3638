import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

// CommonJS, so that Node gives its exports by name.
const { Extractor, ExtractorConfig, ExtractorLogLevel } = createRequire(import.meta.url)(
  '@microsoft/api-extractor',
) as typeof import('@microsoft/api-extractor');

/** The public surface of a built package as API Extractor writes it. */
export interface ApiReport {
  readonly text: string;
  /** Types that exported signatures name but that the package does not export, with the place. */
  readonly forgotten: readonly string[];
}

export function apiReport(folder: string): ApiReport {
  const temporary = mkdtempSync(join(tmpdir(), 'kernel-methods-api-'));
  try {
    mkdirSync(join(temporary, 'new'));
    const entry = typesOf(folder);
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: entry,
        compiler: { overrideTsconfig: { compilerOptions, files: [entry] }, skipLibCheck: true },
        apiReport: {
          enabled: true,
          reportFolder: temporary,
          reportTempFolder: join(temporary, 'new'),
          reportFileName: 'report.api.md',
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          // Docstrings are held by review; the report is of names and types.
          extractorMessageReporting: {
            default: { logLevel: ExtractorLogLevel.None },
            [FORGOTTEN]: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: false },
          },
          tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, 'package.json'),
    });
    const errors: string[] = [];
    const forgotten: string[] = [];
    Extractor.invoke(config, {
      localBuild: false,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.text);
        if (message.messageId === FORGOTTEN) {
          forgotten.push(`${basename(message.sourceFilePath ?? '')}: ${message.text}`);
        }
        message.handled = true;
      },
    });
    if (errors.length > 0) throw new Error(`${entry}: ${errors.join('\n')}`);
    return { text: readFileSync(join(temporary, 'new', 'report.api.md'), 'utf8'), forgotten };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const FORGOTTEN = 'ae-forgotten-export';

/** The declarations that a package's manifest names for its main entry. */
function typesOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const types = manifest.exports['.'].types ?? manifest.types ?? './dist/index.d.ts';
  return join(folder, types);
}

const compilerOptions = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};
