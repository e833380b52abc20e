// DiceBear portraits: Open Peeps (CC0) for training, Personas (CC BY 4.0) as the style held out for evaluation.
// These styles have no gender: hair length and beards define it here, and CONVENTIONS.md says so.
import { createAvatar } from "@dicebear/core";
import * as openPeeps from "@dicebear/open-peeps";
import * as personas from "@dicebear/personas";
import { BACKGROUND, ETHNICITY, HAIR, SHIRT } from "./palette.mjs";
import { mix, pick, seeded } from "./random.mjs";

const bare = (hex) => hex.slice(1);
const HEADS = {
  female: ["bangs", "bangs2", "bun", "buns", "long", "longBangs", "medium1", "medium2", "mediumBangs", "mediumStraight"],
  male: ["short1", "short2", "short3", "short4", "short5", "pomp", "flatTop"],
};
const OLD_HEADS = { female: ["grayMedium", "grayBun"], male: ["grayShort"] };

export function peepsPortrait(labels, seed) {
  const random = seeded(mix("peeps", seed));
  const old = labels.age === "old";
  const beard = labels.facial_hair === "beard" ? "full2" : labels.facial_hair === "moustache" ? "moustache1" : null;
  return createAvatar(openPeeps, {
    seed: String(seed),
    head: [pick((old ? OLD_HEADS : HEADS)[labels.gender], random)],
    face: [old ? "old" : pick(["calm", "smile", "smileBig", "solemn", "cute"], random)],
    skinColor: [bare(ETHNICITY[labels.ethnicity].skin)],
    headContrastColor: [bare(labels.hair_colour ? HAIR[labels.hair_colour] : old ? "#e0e0e4" : pick(ETHNICITY[labels.ethnicity].hair, random))],
    clothingColor: [bare(pick(SHIRT, random))],
    accessories: ["glasses"], accessoriesProbability: labels.glasses ? 100 : 0,
    facialHair: [beard ?? "full2"], facialHairProbability: beard ? 100 : 0,
    maskProbability: 0,
    backgroundColor: [bare(BACKGROUND[labels.background])],
  }).toString();
}

export function personasPortrait(labels, seed) {
  const random = seeded(mix("personas", seed));
  return createAvatar(personas, {
    seed: String(seed),
    hair: [pick(labels.gender === "female" ? ["long", "bobCut", "bobBangs", "pigtails", "extraLong"] : ["shortCombover", "fade", "buzzcut"], random)],
    hairColor: [bare(pick(ETHNICITY[labels.ethnicity].hair, random))],
    skinColor: [bare(ETHNICITY[labels.ethnicity].skin)],
    eyes: [labels.glasses ? "glasses" : "open"], mouth: ["smile"], nose: ["smallRound"],
    facialHairProbability: 0, clothingColor: [bare(pick(SHIRT, random))],
    backgroundColor: [bare(BACKGROUND[labels.background])],
  }).toString();
}
