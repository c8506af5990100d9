import { expect, test } from 'vitest';
import * as testkit from '../src/index.ts';

test('the package exports these values and no others', () => {
  expect(Object.keys(testkit).toSorted()).toEqual(['TestkitError', 'createWorld', 'startCluster', 'systemWorldClock', 'virtualClock']);
});
