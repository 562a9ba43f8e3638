import { judge, type Result, reaches, summary } from '../../simd/bench/measure.ts';
import type { Claim, Contest, Contestant, Facts, Lab } from './contest.ts';
import { runCommand } from './run-command.ts';

export interface Outcome extends Result {
  /** Averages over the turns. */
  facts: Record<string, Facts>;
  claims: (Omit<Claim, 'value'> & { value?: number; met: boolean })[];
}

/**
 * Lets the contestants take turns, each in a new process. All get the same number of turns, however
 * long one takes, because a peer's wall time may have two modes at the same CPU time. The shortest
 * time counts.
 *
 * @param most the seconds after which a contestant gets no further turn. Default: no limit.
 */
export async function compete(
  { name, prepare, contestants, bars, claims = [] }: Contest,
  lab: Lab,
  rounds: number,
  tell: (line: string) => void,
  most = Number.POSITIVE_INFINITY,
): Promise<Outcome> {
  await prepare?.(lab);
  const turns = new Map<string, Facts[]>(Object.keys(contestants).map((who) => [who, []]));
  const gone = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (const [who, contestant] of Object.entries(contestants)) {
      const used = turns.get(who)!.reduce((sum, { took }) => sum + took, 0);
      if (gone.has(who) || used >= most) continue;
      const facts = await takeTurn(contestant, lab, round);
      if (facts === undefined) gone.add(who);
      else turns.get(who)?.push(facts);
      tell(`${who}, turn ${round + 1}: ${facts ? JSON.stringify(facts) : 'not there'}`);
    }
  }
  const times = Object.fromEntries(
    [...turns].map(([who, all]) => [who, summary(all.map(({ seconds }) => 1000 * seconds))]),
  );
  const facts = Object.fromEntries([...turns].map(([who, all]) => [who, average(all)]));
  return { name, times, bars: judge(bars, times), facts, claims: claims.map(check(facts)) };
}

/** Its facts, with `seconds` that count and those that the whole process `took`. */
async function takeTurn(
  { command, time, facts }: Contestant,
  lab: Lab,
  turn: number,
): Promise<Facts | undefined> {
  const started = command(lab, turn);
  const ran = started && (await runCommand(started));
  if (ran === undefined) return undefined;
  const found = facts ? facts(ran.written as never) : (ran.written as Facts);
  return { ...found, seconds: time === 'process' ? ran.seconds : found.seconds, took: ran.seconds };
}

function average(turns: readonly Facts[]): Facts {
  const names = Object.keys(turns[0] ?? {});
  const mean = (name: string) => turns.reduce((sum, turn) => sum + turn[name], 0) / turns.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}

const check = (facts: Record<string, Facts>) => (claim: Claim) => {
  const { what, atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = claim;
  const value = claim.value(facts);
  const limits = { atLeast: claim.atLeast, atMost: claim.atMost };
  return { what, ...limits, value, met: reaches(value, atLeast) && reaches(atMost, value) };
};
