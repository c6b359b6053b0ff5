// Skips what excluded.json names: tests of services that calotype does not offer, each with its reason.

'use strict';

const reasons = require('./excluded.json');

exports.mochaHooks = {
  beforeAll() {
    const titles = new Set();
    const collect = (group) => {
      for (const test of group.tests) titles.add(test.fullTitle());
      group.suites.forEach(collect);
    };
    collect(this.test.parent);
    const unknown = Object.keys(reasons).filter((title) => !titles.has(title));
    if (unknown.length) throw new Error(`excluded.json names tests that the suite does not have: ${unknown.join(', ')}`);
  },
  beforeEach() {
    if (this.currentTest.fullTitle() in reasons) this.skip();
  },
};
