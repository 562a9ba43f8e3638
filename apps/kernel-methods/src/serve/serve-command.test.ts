import { expect, it } from 'vitest';
import { addressLines } from './serve-command.ts';

it('says where each model answers', () => {
  const address = 'http://127.0.0.1:8080';
  expect(addressLines(['shops'], address)).toEqual([
    'shops at http://127.0.0.1:8080/predict',
    'http://127.0.0.1:8080/openapi.json says how to ask.',
  ]);
  expect(addressLines(['shops', 'more places'], address)).toEqual([
    'shops at http://127.0.0.1:8080/models/shops/predict',
    'more places at http://127.0.0.1:8080/models/more%20places/predict',
    'http://127.0.0.1:8080/openapi.json says how to ask.',
  ]);
});
