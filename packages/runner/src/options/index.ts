export { describeOption, fits, objectSchema, readValue, textOf } from './config-value.ts';
export { deepRule, isTooDeep, jsonBreak, repeatedName } from './json-break.ts';
export { membersOf, objectOf, parseConfigJson, readConfigText } from './json-file.ts';
export { optionRows } from './option-rows.ts';
export { broken, givenTwice, readOption } from './read-option.ts';
export {
  axis,
  flag,
  flagOf,
  fraction,
  integer,
  mostFloat32,
  mustOf,
  nonNegative,
  type Option,
  oneOf,
  option,
  orWord,
  path,
  positive,
  type Rule,
  redisUrl,
  share,
  someOf,
  type ValuesOf,
  withoutPassword,
} from './rules.ts';
