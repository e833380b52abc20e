// One labelled facesjs portrait: labels in, SVG text out. An identity seed fixes everything the labels do not.
import { faceToSvgString } from "facesjs";
import { BACKGROUND, ETHNICITY, GREYING, HAIR, SHIRT, WHITE_HAIR, jitter } from "./palette.mjs";
import { AGE_LINES, COVERS_HAIR, FRECKLES, GLASSES_IDS, HAT_IDS, LIP_IDS, hasHeadgear } from "./parts.mjs";
import { between, mix, pick, seeded } from "./random.mjs";
import svgs from "./node_modules/facesjs/build/svgs.js";

const VIEW_BOX = "-70 20 540 540"; // the same framing for every portrait

const FEMALE = {
  hair: ["female1", "female2", "female3", "female4", "female5", "female6", "female7", "female9", "female10", "female11"],
  hairBg: ["female2", "female3", "female4", "longHair"],
  head: ["female1", "female2", "female3"],
  eye: ["female1", "female2", "female3", "female4", "female10"],
  eyebrow: ["female1", "female2", "female6"],
  mouth: LIP_IDS,
};
const MALE = {
  hair: ["short", "middle-part", "parted", "spike", "spike3", "faux-hawk", "hair", "messy-short", "high", "juice"],
  hairBg: ["none"],
  head: ["head1", "head3", "head5", "head10"],
  eye: ["eye1", "eye2", "eye4", "eye6", "eye8", "eye12"],
  eyebrow: ["eyebrow1", "eyebrow4", "eyebrow8", "eyebrow12"],
  mouth: ["closed", "smile", "smile3", "straight"],
};
const NOSES = ["nose1", "nose3", "nose5", "nose9", "nose13"];
const FACIAL_HAIR = { beard: ["beard1", "beard2", "beard3"], moustache: ["moustache"], none: ["none"] };

/** Everything about a person that is not an attribute: drawn once, shared by all counterfactuals. */
function identityOf(seed) {
  const random = seeded(mix("identity", seed));
  const draw = {};
  for (const name of ["hair", "hairBg", "head", "eye", "eyebrow", "mouth", "nose", "glasses", "hat", "facialHair", "hairColour"]) draw[name] = random();
  return {
    draw,
    fatness: between(0.35, 0.65, random),
    noseSize: between(0.7, 1, random),
    eyebrowAngle: between(-5, 8, random),
    flip: random() < 0.5,
    shirt: pick(SHIRT, random),
    hatColours: [pick(SHIRT, random), pick(SHIRT, random)],
    skinShift: random,
  };
}

const at = (list, u) => list[Math.floor(u * list.length)];

function hairColourOf(labels, identity) {
  if (labels.hair_colour) return jitter(HAIR[labels.hair_colour], 6, identity.skinShift);
  if (labels.age === "old") return WHITE_HAIR;
  return at(ETHNICITY[labels.ethnicity].hair, identity.draw.hairColour);
}

/** Hair that turns grey from the temples: a left-to-right gradient in place of the flat fill. `edge` is the share of the head that is grey on each side. */
function greyTemples(svg, hair, grey, edge) {
  const stops = [[0, grey], [edge, grey], [edge + 0.06, hair], [0.94 - edge, hair], [1 - edge, grey], [1, grey]];
  const gradient = `<defs><linearGradient id="temples" gradientUnits="userSpaceOnUse" x1="50" x2="350" y1="0" y2="0">${stops.map(([o, c]) => `<stop offset="${o}" stop-color="${c}"/>`).join("")}</linearGradient></defs>`;
  return svg.replace(/(<svg[^>]*>)/, `$1${gradient}`).replaceAll("HAIRFILL", "url(#temples)");
}

/** Age shows in the hair whatever its colour: middle-aged is grey at the temples, old is white, or white but for a middle part in a named colour. */
function paintHair(svg, labels, hair, covered) {
  const share = labels.hair_colour ? { "middle-aged": 0.2, "old": 0.3 } : { "middle-aged": 0.28 }; // a named colour keeps more room
  const edge = covered ? { "middle-aged": 0.08, "old": 0.12 }[labels.age] : share[labels.age]; // below a hat only the sides are left
  if (labels.age === "middle-aged") return greyTemples(svg, hair, GREYING, edge);
  if (labels.age === "old" && labels.hair_colour) return greyTemples(svg, hair, WHITE_HAIR, edge);
  return svg.replaceAll("HAIRFILL", hair);
}

export function facePortrait(labels, seed) {
  const identity = identityOf(seed);
  const { draw } = identity;
  const parts = labels.gender === "female" ? FEMALE : MALE;
  const palette = ETHNICITY[labels.ethnicity];
  const role = labels.role ?? null;
  const accessory = role && hasHeadgear(role) ? `role-${role}` : labels.hat ? at(HAT_IDS, draw.hat) : "none";
  const covered = COVERS_HAIR.has(accessory);
  const hair = hairColourOf(labels, identity);
  svgs.miscLine["labelled"] = (AGE_LINES[labels.age] + (labels.freckles ? FRECKLES : "")).replaceAll("$[line]", palette.line) || "<g/>";
  const face = {
    fatness: identity.fatness,
    teamColors: labels.hat && !role ? [...identity.hatColours, "#333333"] : [identity.shirt, "#333333", "#333333"],
    hairBg: { id: covered && labels.gender === "female" ? "longHair" : at(parts.hairBg, draw.hairBg) },
    body: { id: "body", color: jitter(palette.skin, 4, identity.skinShift), size: labels.gender === "female" ? 0.9 : 1 },
    jersey: { id: role ? `role-${role}` : "shirt" },
    ear: { id: "ear1", size: 0.8 },
    head: { id: at(parts.head, draw.head), shave: "rgba(0,0,0,0)" },
    eyeLine: { id: "none" },
    smileLine: { id: "none", size: 1 },
    miscLine: { id: labels.age === "young" && !labels.freckles ? "none" : "labelled" },
    facialHair: { id: at(FACIAL_HAIR[labels.facial_hair ?? "none"], draw.facialHair) },
    eye: { id: at(parts.eye, draw.eye), angle: 0 },
    eyebrow: { id: at(parts.eyebrow, draw.eyebrow), angle: identity.eyebrowAngle },
    hair: { id: covered ? (labels.gender === "male" ? "short" : "long-under-hat") : at(parts.hair, draw.hair), color: "HAIRFILL", flip: identity.flip },
    mouth: { id: at(parts.mouth, draw.mouth), flip: false },
    nose: { id: at(NOSES, draw.nose), flip: identity.flip, size: identity.noseSize },
    glasses: { id: labels.glasses ? at(GLASSES_IDS, draw.glasses) : "none" },
    accessories: { id: accessory },
  };
  let svg = faceToSvgString(face);
  svg = svg.replace('viewBox="0 0 400 600"', `viewBox="${VIEW_BOX}"`).replace(/(<svg[^>]*>)/, `$1<path fill="${BACKGROUND[labels.background]}" d="M-70 20h540v540h-540Z"/>`);
  return paintHair(svg, labels, hair, covered);
}
