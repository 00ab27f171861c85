import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { recall, remember } from "../../tradestream_nb/frontend/src/kept.js";

afterEach(() => {
  for (const storage of ["localStorage", "sessionStorage"]) delete globalThis[storage];
});

/** A browser's storage of that name, which `get` gives or refuses. */
function provide(storage, get) {
  Object.defineProperty(globalThis, storage, { configurable: true, get });
}

function emptied() {
  const values = new Map();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => values.set(name, value),
    removeItem: (name) => values.delete(name),
  };
}

function forbid() {
  throw new Error("denied");
}

test("what is remembered is recalled from the storage that it was put in, until it is taken away", () => {
  for (const storage of ["localStorage", "sessionStorage"]) {
    const values = emptied();
    provide(storage, () => values);
  }
  remember("localStorage", "theme", "dark");
  assert.equal(recall("localStorage", "theme"), "dark");
  assert.equal(recall("sessionStorage", "theme"), null);
  remember("localStorage", "theme", null);
  assert.equal(recall("localStorage", "theme"), null);
});

test("where even naming the storage is forbidden, nothing is kept and nothing fails", () => {
  provide("localStorage", forbid);
  remember("localStorage", "theme", "dark");
  remember("localStorage", "theme", null);
  assert.equal(recall("localStorage", "theme"), null);
});

test("a storage that is full keeps nothing and fails nothing", () => {
  const full = { ...emptied(), setItem: forbid };
  provide("sessionStorage", () => full);
  remember("sessionStorage", "token", "secret");
  assert.equal(recall("sessionStorage", "token"), null);
});
