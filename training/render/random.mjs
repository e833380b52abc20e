// A small seeded generator (mulberry32): the same seed draws the same picture everywhere.

export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Mixes words into one 32-bit seed (FNV-1a over their text). */
export function mix(...words) {
  let hash = 2166136261;
  for (const byte of Buffer.from(words.join("/"))) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

export const pick = (list, random) => list[Math.floor(random() * list.length)];
export const between = (low, high, random) => low + (high - low) * random();
