// Renders one set of labelled portraits: node render.mjs SET OUT_DIR [COUNT]
// Writes OUT_DIR/SET.rgb (COUNT × 128 × 128 × 3 bytes) and OUT_DIR/SET.jsonl (one line of labels each).
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { personasPortrait, peepsPortrait } from "./avatar.mjs";
import { emojiPortraits, emojiSvg } from "./emoji.mjs";
import { facePortrait } from "./face.mjs";
import { BACKGROUND, ETHNICITY, HAIR } from "./palette.mjs";
import { ROLES } from "./parts.mjs";
import { mix, pick, seeded } from "./random.mjs";

const SIZE = 128;
const AGES = ["young", "middle-aged", "old"];
const ETHNICITIES = Object.keys(ETHNICITY);
const GENDERS = ["female", "male"];
const GROUNDS = ["white", "white", ...Object.keys(BACKGROUND)];

/** Identity seeds start here, so that no two sets share a person. */
const FIRST_SEED = { train: 0, probe: 1_000_000, test: 2_000_000, peeps: 3_000_000, personas: 4_000_000 };
/** Role × ethnicity pairs that training never sees. */
const HELD_OUT = new Set(["chef/latino", "pilot/african", "farmer/asian", "firefighter/indian", "student/european"]);
/** In the training set every identity below this number is drawn in all 30 combinations. */
const COUNTERFACTUAL_IDENTITIES = 150;

const member = (i) => ({ age: AGES[Math.floor(i / 10) % 3], ethnicity: ETHNICITIES[Math.floor(i / 2) % 5], gender: GENDERS[i % 2] });

/** Everything but age, ethnicity and gender. */
function extras(labels, random, set) {
  const chance = (p) => random() < p;
  const out = { background: pick(GROUNDS, random) };
  if (chance(0.3)) {
    const role = pick(ROLES, random);
    if (set !== "train" || !HELD_OUT.has(`${role}/${labels.ethnicity}`)) out.role = role;
  }
  if (!out.role && chance(0.15)) out.hat = true;
  if (out.role !== "scientist" && chance(0.2)) out.glasses = true;
  if (chance(0.08)) out.freckles = true;
  if (labels.gender === "male" && chance(0.35)) out.facial_hair = chance(0.65) ? "beard" : "moustache";
  if (chance(labels.age === "old" ? 0.08 : 0.25)) out.hair_colour = pick(Object.keys(HAIR), random);
  return out;
}

function* faces(set, count) {
  for (let i = 0; i < count; i++) {
    const counterfactual = set === "train" && i < COUNTERFACTUAL_IDENTITIES * 30;
    const seed = FIRST_SEED[set] + (counterfactual ? Math.floor(i / 30) : i);
    const labels = { source: "facesjs", ...member(i) };
    // A counterfactual group shares its extras too, so that only the three axes differ.
    const random = seeded(mix("extras", set, seed));
    Object.assign(labels, extras(counterfactual ? { ...labels, gender: "female", age: "young" } : labels, random, set));
    yield [labels, seed, facePortrait(labels, seed)];
  }
}

function* avatars(set, count) {
  for (let i = 0; i < count; i++) {
    const seed = FIRST_SEED[set] + i;
    const random = seeded(mix("extras", set, seed));
    const labels = { source: set, ...member(i), background: pick(GROUNDS, random), glasses: random() < 0.25 };
    if (labels.age !== "old") labels.age = null;
    if (set === "peeps" && labels.gender === "male" && random() < 0.3) labels.facial_hair = random() < 0.6 ? "beard" : "moustache";
    yield [labels, seed, set === "peeps" ? peepsPortrait(labels, seed) : personasPortrait(labels, seed)];
  }
}

function* emoji(grounds) {
  for (const [at, [labels, body, size]] of emojiPortraits().entries())
    for (let copy = 0; copy < grounds; copy++) {
      const background = GROUNDS[mix("ground", at, copy) % GROUNDS.length];
      yield [{ ...labels, background }, at, emojiSvg(body, size, background)];
    }
}

const PICTURES = {
  train: (n) => faces("train", n ?? 24000), probe: (n) => faces("probe", n ?? 9000), test: (n) => faces("test", n ?? 2400),
  peeps: (n) => avatars("peeps", n ?? 1500), personas: (n) => avatars("personas", n ?? 120), emoji: (n) => emoji(n ?? 3),
};

const [set, outDir, count] = process.argv.slice(2);
mkdirSync(outDir, { recursive: true });
const pixelFile = openSync(`${outDir}/${set}.rgb`, "w");
const labelFile = openSync(`${outDir}/${set}.jsonl`, "w");
let drawn = 0;
for (const [labels, identity, svg] of PICTURES[set](count && Number(count))) {
  const rgba = new Resvg(svg, { fitTo: { mode: "width", value: SIZE }, font: { loadSystemFonts: false } }).render().pixels;
  const rgb = Buffer.alloc(SIZE * SIZE * 3);
  for (let p = 0; p < SIZE * SIZE; p++) for (let c = 0; c < 3; c++) rgb[p * 3 + c] = rgba[p * 4 + c];
  writeSync(pixelFile, rgb);
  writeSync(labelFile, JSON.stringify({ ...labels, identity, set }) + "\n");
  drawn++;
}
closeSync(pixelFile);
closeSync(labelFile);
console.log(`${set}: ${drawn} portraits`);
