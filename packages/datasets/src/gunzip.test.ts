import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from './dataset-error.ts';
import { gunzip, isGzip } from './gunzip.ts';

const unlimited = () => Number.POSITIVE_INFINITY;

describe('gunzip', () => {
  it('unpacks what was packed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const packed = gzipSync(bytes);
        expect(isGzip(packed)).toBe(true);
        expect(await gunzip(packed, 'x.gz', unlimited)).toEqual(bytes);
        // With a limit Node unpacks in one piece.
        expect(await gunzip(packed, 'x.gz', () => bytes.length)).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  it('unpacks members one behind the other, as cat and bgzip make them', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Bytes of the magic number among the content: none of them is a member.
        fc.array(fc.array(fc.constantFrom(0x1f, 0x8b, 8, 0, 7), { maxLength: 60 }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.constantFrom(0, 9),
        async (parts, level) => {
          const members = parts.map((part) => gzipSync(Uint8Array.from(part), { level }));
          const file = new Uint8Array(Buffer.concat(members));
          const all = parts.flat();
          expect(Array.from(await gunzip(file, 'x.gz', unlimited))).toEqual(all);
          expect(Array.from(await gunzip(file, 'x.gz', () => all.length))).toEqual(all);
        },
      ),
      { numRuns: 60 },
    );
    const members = [1, 2, 3].map((byte) => gzipSync(new Uint8Array(1000).fill(byte)));
    const cut = new Uint8Array(Buffer.concat(members)).subarray(0, -3);
    await expect(gunzip(cut, 'x.gz', unlimited)).rejects.toThrow('is a corrupted gzip file');
    const whole = new Uint8Array(Buffer.concat(members));
    await expect(gunzip(whole, 'x.gz', () => 2500)).rejects.toThrow('more than 2500 bytes');
  });

  it('notices every cut and every flipped bit of the content', async () => {
    const packed = gzipSync(new TextEncoder().encode('seven handwritten digits, seven'));
    const cuts = Array.from({ length: packed.length - 2 }, (_, i) => packed.subarray(0, i + 2));
    // The ten bytes of the header carry a date and a system that nothing depends on.
    const flips = Array.from({ length: packed.length - 10 }, (_, i) =>
      packed.map((byte, at) => (at === i + 10 ? byte ^ 1 : byte)),
    );
    for (const damaged of [...cuts, ...flips, new Uint8Array([...packed, 1])]) {
      for (const limit of [unlimited, () => 31]) {
        await expect(gunzip(damaged, 'x.gz', limit)).rejects.toThrow(
          'x.gz: is a corrupted gzip file. Delete it and get it again.',
        );
      }
    }
  });

  it('stops a bomb at the limit', async () => {
    const bomb = gzipSync(new Uint8Array(20_000_000), { level: 1 });
    let seen = 0;
    const limitOf = (head: Uint8Array) => {
      seen = head.length;
      return 1000;
    };
    const error = await gunzip(bomb, 'bomb.gz', limitOf).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as DatasetError).code).toBe('oversized');
    expect(seen).toBeLessThan(1_000_000);
  });

  it('passes on what the judge of the first bytes throws', async () => {
    const refuse = () => {
      throw new DatasetError('magic', 'x.gz', 'is not an IDX file.');
    };
    await expect(gunzip(gzipSync(new Uint8Array(9)), 'x.gz', refuse)).rejects.toThrow('not an IDX');
  });
});
