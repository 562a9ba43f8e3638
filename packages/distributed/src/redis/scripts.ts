import type { Redis } from 'ioredis';

/**
 * What must happen at once, as scripts of Redis. The keys of a fit begin with the same prefix; all of
 * them disappear with it, and whatever comes later finds no fit and changes nothing. A script may be
 * sent twice, because answers get lost with connections.
 *
 * Every key has a time to live, that of the fit: its coordinator renews all of them (`keepFit`), and a
 * key that a worker makes meanwhile gets what is left (`age`). So a fit whose coordinator died ends by
 * itself.
 *
 * Of a fit: `fit` (its settings, and its current step), `steps` and `values` (sets: names of steps, and of
 * bytes), `seats` (seat → when it was heard of), `last` (seat → its last claim), `home` (item → seat).
 * Of a step: `todo` (set), `suspects` (set: items that failed before, which are tried alone), `claims`
 * (item → seat), `done` (item → the result that holds it, or '' if it was left out), `parts` (result →
 * its items), `tries` and `failed` (item → number, message), `rows` (seat → number).
 *
 * A seat is a worker at this fit. It has its claims as long as it is heard of within the lease.
 */
const common = `
local P = KEYS[1]
local function key(name, step) return P .. name .. ':' .. step end
local function clock() local t = redis.call('TIME'); return t[1] * 1000 + math.floor(t[2] / 1000) end
local ofJobs = { 'wait', 'active', 'delayed', 'prioritized', 'paused', 'waiting-children', 'failed', 'completed' }
local ofQueue = { 'meta', 'id', 'events', 'stalled', 'marker', 'pc' }
local ofFit = { 'fit', 'steps', 'values', 'seats', 'last', 'home' }
local ofStep = { 'begun', 'todo', 'suspects', 'claims', 'done', 'parts', 'tries', 'failed', 'rows' }
local function chunksOf(name)
  local known = redis.call('GET', key('bytes', name))
  return known and tonumber(string.match(known, '^%d+')) or 0
end
local function ageBytes(name, chunks, ttl)
  if ttl < 0 then return end
  ttl = math.max(1, ttl)
  redis.call('PEXPIRE', key('bytes', name), ttl)
  for i = 0, chunks - 1 do redis.call('PEXPIRE', key('bytes', name) .. ':' .. i, ttl) end
end
local function ageStep(step, ttl)
  for _, name in ipairs(ofStep) do redis.call('PEXPIRE', key(name, step), ttl) end
end
local function ageFit(ttl)
  for _, name in ipairs(ofFit) do redis.call('PEXPIRE', P .. name, ttl) end
end
local function age(step)
  local ttl = redis.call('PTTL', P .. 'fit')
  if ttl < 0 then return end
  ttl = math.max(1, ttl)
  ageFit(ttl)
  if step and step ~= '' then ageStep(step, ttl) end
end
local function forget(name, sent)
  local chunks = math.max(sent, chunksOf(name))
  redis.call('UNLINK', key('bytes', name))
  redis.call('SREM', P .. 'values', name)
  for i = 0, chunks - 1 do redis.call('UNLINK', key('bytes', name) .. ':' .. i) end
end
local function sweep(step, always)
  local lease = tonumber(redis.call('HGET', P .. 'fit', 'lease'))
  if not always and not redis.call('SET', P .. 'swept', 1, 'NX', 'PX', math.max(1, math.floor(lease / 4))) then return end
  local now = clock()
  local seats = redis.call('HGETALL', P .. 'seats')
  for i = 1, #seats, 2 do
    if now - tonumber(seats[i + 1]) > lease then
      redis.call('HDEL', P .. 'seats', seats[i])
      redis.call('HDEL', P .. 'last', seats[i])
    end
  end
  if not step then return end
  local claims = redis.call('HGETALL', key('claims', step))
  for i = 1, #claims, 2 do
    if redis.call('HEXISTS', P .. 'seats', claims[i + 1]) == 0 then
      redis.call('HDEL', key('claims', step), claims[i])
      redis.call('SADD', key('todo', step), claims[i])
    end
  end
  age(step)
end
`;

const scripts = {
  /** Opens a fit, or finds it. fingerprint, lease, onError, retries, grace → the fingerprint that it has. */
  openFit: `
    if redis.call('EXISTS', P .. 'fit') == 0 then
      redis.call('HSET', P .. 'fit', 'fingerprint', ARGV[1], 'lease', ARGV[2], 'onError', ARGV[3], 'retries', ARGV[4])
      redis.call('PEXPIRE', P .. 'fit', ARGV[5])
    end
    return redis.call('HGET', P .. 'fit', 'fingerprint')`,

  /** Only one coordinator at a time. token, lease → 1 if it is the one. */
  coordinate: `
    local held = redis.call('GET', P .. 'coordinator')
    if held and held ~= ARGV[1] then return 0 end
    redis.call('SET', P .. 'coordinator', ARGV[1], 'PX', ARGV[2])
    return 1`,

  /** Renews what is there of a fit. grace → 1, or 0 without a fit. */
  keepFit: `
    if redis.call('EXISTS', P .. 'fit') == 0 then return 0 end
    local ttl = tonumber(ARGV[1])
    ageFit(ttl)
    for _, step in ipairs(redis.call('SMEMBERS', P .. 'steps')) do ageStep(step, ttl) end
    for _, name in ipairs(redis.call('SMEMBERS', P .. 'values')) do ageBytes(name, chunksOf(name), ttl) end
    return 1`,

  /**
   * Lets a queue, and these jobs of it, live for at least as long. KEYS[1] is the prefix of the queue. Its
   * `stalled-check` stays as it is: as long as that lives, BullMQ does not look for workers that died.
   * milliseconds, jobs… → 1
   */
  keepQueue: `
    local ttl = tonumber(ARGV[1])
    local function keep(name)
      if redis.call('PTTL', P .. name) < ttl then redis.call('PEXPIRE', P .. name, ttl) end
    end
    for _, name in ipairs(ofJobs) do keep(name) end
    for _, name in ipairs(ofQueue) do keep(name) end
    for i = 2, #ARGV do keep(ARGV[i]) end
    return 1`,

  /**
   * Keeps a value whose chunks were set with a time to live, and is then whole. key, chunks, bytes → 1, 0
   * if a chunk is missing, or -1 without a fit: then nothing is left of it.
   */
  keepBytes: `
    local name, chunks = key('bytes', ARGV[1]), tonumber(ARGV[2])
    if redis.call('EXISTS', P .. 'fit') == 0 then
      forget(ARGV[1], chunks)
      return -1
    end
    for i = 0, chunks - 1 do
      if redis.call('EXISTS', name .. ':' .. i) == 0 then return 0 end
    end
    redis.call('SET', name, ARGV[2] .. ' ' .. ARGV[3])
    redis.call('SADD', P .. 'values', ARGV[1])
    ageBytes(ARGV[1], chunks, redis.call('PTTL', P .. 'fit'))
    age()
    return 1`,

  /** Forgets a value. key, chunks, where it is not whole */
  forgetBytes: `
    forget(ARGV[1], tonumber(ARGV[2]))
    return 1`,

  /** Begins a step, or makes a known one the current one. name, step, items → 1, or 0 without a fit. */
  beginStep: `
    if redis.call('EXISTS', P .. 'fit') == 0 then return 0 end
    local step = ARGV[1]
    if redis.call('SETNX', key('begun', step), 1) == 1 then
      for i = 0, tonumber(ARGV[3]) - 1 do redis.call('SADD', key('todo', step), i) end
    end
    redis.call('SADD', P .. 'steps', step)
    redis.call('HSET', P .. 'fit', 'stepName', step, 'step', ARGV[2])
    sweep(step, true)
    age(step)
    return 1`,

  /** name, items, whether parts are wanted before all are done → 0 without a fit, 1 if not begun, or done, seats, rows, failed, parts. */
  stepStatus: `
    if redis.call('EXISTS', P .. 'fit') == 0 then return 0 end
    local step = ARGV[1]
    if redis.call('EXISTS', key('begun', step)) == 0 then return 1 end
    sweep(step, false)
    local rows = 0
    for _, count in ipairs(redis.call('HVALS', key('rows', step))) do rows = rows + tonumber(count) end
    local done = redis.call('HLEN', key('done', step))
    local parts = {}
    if ARGV[3] == '1' or done == tonumber(ARGV[2]) then parts = redis.call('HGETALL', key('parts', step)) end
    return { done, redis.call('HLEN', P .. 'seats'), rows, redis.call('HGETALL', key('failed', step)), parts }`,

  /** Forgets a step with its results. name */
  forgetStep: `
    local step = ARGV[1]
    for _, part in ipairs(redis.call('HKEYS', key('parts', step))) do forget(part, 0) end
    for _, name in ipairs(ofStep) do redis.call('UNLINK', key(name, step)) end
    redis.call('SREM', P .. 'steps', step)
    return 1`,

  /** Takes a seat. seat → 0 without a fit, or the lease. */
  joinFit: `
    if redis.call('EXISTS', P .. 'fit') == 0 then return 0 end
    redis.call('HSET', P .. 'seats', ARGV[1], clock())
    age()
    return redis.call('HGET', P .. 'fit', 'lease')`,

  /** A sign of life. seat, step, rows → 'gone', 'lost' or 'ok'. */
  beat: `
    if redis.call('EXISTS', P .. 'fit') == 0 then return 'gone' end
    if redis.call('HEXISTS', P .. 'seats', ARGV[1]) == 0 then return 'lost' end
    redis.call('HSET', P .. 'seats', ARGV[1], clock())
    if ARGV[2] ~= '' and redis.call('EXISTS', key('begun', ARGV[2])) == 1 then
      redis.call('HSET', key('rows', ARGV[2]), ARGV[1], ARGV[3])
      age(ARGV[2])
    end
    return 'ok'`,

  /**
   * Claims items of the current step. seat, number of the request, the step of the items that the seat
   * holds or '' → state, step, items.
   */
  claim: `
    if redis.call('EXISTS', P .. 'fit') == 0 then return { 'gone' } end
    local seat = ARGV[1]
    if redis.call('HEXISTS', P .. 'seats', seat) == 0 then return { 'lost' } end
    redis.call('HSET', P .. 'seats', seat, clock())
    local last = redis.call('HGET', P .. 'last', seat)
    if last then
      local known = cjson.decode(last)
      if known[1] == ARGV[2] then return { 'ok', redis.call('HGET', P .. 'fit', 'step'), unpack(known, 2) } end
    end
    local step = redis.call('HGET', P .. 'fit', 'stepName')
    if not step then return { 'idle' } end
    if ARGV[3] ~= '' and ARGV[3] ~= step then return { 'other' } end
    sweep(step, false)
    local json = redis.call('HGET', P .. 'fit', 'step')
    local items = {}
    if ARGV[3] == '' then
      local one = redis.call('SPOP', key('suspects', step))
      if one then items = { one, 'alone' } end
    end
    if #items == 0 and string.find(json, '"staysHome":true', 1, true) then
      local orphan
      for _, item in ipairs(redis.call('SMEMBERS', key('todo', step))) do
        local home = redis.call('HGET', P .. 'home', item)
        if home == seat then items[#items + 1] = item
        elseif not orphan and (not home or redis.call('HEXISTS', P .. 'seats', home) == 0) then orphan = item end
      end
      if #items == 0 and orphan then items = { orphan } end
      for _, item in ipairs(items) do redis.call('SREM', key('todo', step), item) end
    elseif #items == 0 then
      local one = redis.call('SPOP', key('todo', step))
      if one then items = { one } end
    end
    if #items == 0 then return { 'idle', json } end
    for _, item in ipairs(items) do
      if item ~= 'alone' then redis.call('HSET', key('claims', step), item, seat) end
    end
    redis.call('HSET', P .. 'last', seat, cjson.encode({ ARGV[2], unpack(items) }))
    age(step)
    return { 'ok', json, unpack(items) }`,

  /**
   * Records a result with the items that it holds. seat, step, result, rows, whether items stay,
   * items… → 'ok', 'gone', 'torn' if it is not whole, or 'lost' if it may not count.
   */
  commit: `
    local seat, step, part = ARGV[1], ARGV[2], ARGV[3]
    if redis.call('EXISTS', key('begun', step)) == 0 then return 'gone' end
    if redis.call('HEXISTS', key('parts', step), part) == 1 then return 'ok' end
    if redis.call('HEXISTS', P .. 'seats', seat) == 0 then return 'lost' end
    for i = 6, #ARGV do
      if redis.call('HGET', key('claims', step), ARGV[i]) ~= seat then return 'lost' end
      if redis.call('HEXISTS', key('done', step), ARGV[i]) == 1 then return 'lost' end
    end
    if redis.call('EXISTS', key('bytes', part)) == 0 then return 'torn' end
    local items = {}
    for i = 6, #ARGV do
      redis.call('HDEL', key('claims', step), ARGV[i])
      redis.call('HSET', key('done', step), ARGV[i], part)
      if ARGV[5] == '1' then redis.call('HSET', P .. 'home', ARGV[i], seat) end
      items[#items + 1] = ARGV[i]
    end
    redis.call('HSET', key('rows', step), seat, ARGV[4])
    redis.call('HSET', key('parts', step), part, table.concat(items, ','))
    age(step)
    return 'ok'`,

  /** Gives items back, one of which failed or none. seat, step, failed item or '', message, items… */
  giveBack: `
    local seat, step, bad = ARGV[1], ARGV[2], ARGV[3]
    if redis.call('EXISTS', key('begun', step)) == 0 then return 'gone' end
    for i = 5, #ARGV do
      if redis.call('HGET', key('claims', step), ARGV[i]) == seat then
        redis.call('HDEL', key('claims', step), ARGV[i])
        if ARGV[i] ~= bad then
          redis.call('SADD', key('todo', step), ARGV[i])
        elseif redis.call('HINCRBY', key('tries', step), bad, 1) > tonumber(redis.call('HGET', P .. 'fit', 'retries')) then
          redis.call('HSET', key('failed', step), bad, ARGV[4])
          if redis.call('HGET', P .. 'fit', 'onError') == 'skip' then redis.call('HSET', key('done', step), bad, '') end
        else
          redis.call('SADD', key('suspects', step), bad)
        end
      end
    end
    age(step)
    return 'ok'`,

  /** Leaves a seat. seat */
  leaveFit: `
    redis.call('HDEL', P .. 'seats', ARGV[1])
    redis.call('HDEL', P .. 'last', ARGV[1])
    return 1`,

  /** Removes what BullMQ keeps of a queue without jobs. KEYS[1] is the prefix of the queue. */
  sweepQueue: `
    for _, name in ipairs(ofJobs) do
      if redis.call('EXISTS', P .. name) == 1 then return 0 end
    end
    for _, name in ipairs(ofQueue) do redis.call('UNLINK', P .. name) end
    redis.call('UNLINK', P .. 'stalled-check')
    return 1`,
} as const;

export type ScriptName = keyof typeof scripts;

/** Runs a script for the keys of a prefix. */
export type Run = (
  name: ScriptName,
  prefix: string,
  ...args: readonly (string | number | Uint8Array)[]
) => Promise<unknown>;

/** The scripts on a connection. */
export function scriptsOn(redis: Redis): Run {
  for (const [name, lua] of Object.entries(scripts)) {
    redis.defineCommand(`km_${name}`, { numberOfKeys: 1, lua: common + lua });
  }
  const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return (name, prefix, ...args) =>
    commands[`km_${name}`](
      prefix,
      ...args.map((arg) => (arg instanceof Uint8Array ? bufferOf(arg) : arg)),
    );
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);
