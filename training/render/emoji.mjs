// Person emoji of Noto and Fluent flat as labelled SVG: role × gender × skin tone, on a coloured ground.
import { createRequire } from "node:module";
import { BACKGROUND, TONES } from "./palette.mjs";

const require = createRequire(import.meta.url);
const SETS = {
  noto: { icons: require("@iconify-json/noto/icons.json").icons, size: 128, tone: (t) => `${t}-skin-tone` },
  fluent: { icons: require("@iconify-json/fluent-emoji-flat/icons.json").icons, size: 32, tone: (t) => t },
};

/** Emoji name → the role word of our captions. */
export const EMOJI_ROLES = {
  "health-worker": "doctor", "cook": "chef", "police-officer": "police officer", "firefighter": "firefighter",
  "construction-worker": "builder", "farmer": "farmer", "pilot": "pilot", "scientist": "scientist", "student": "student",
  "artist": "artist", "teacher": "teacher", "judge": "judge", "mechanic": "mechanic", "singer": "singer",
  "office-worker": "office worker", "detective": "detective", "guard": "guard",
};

/** All labelled emoji: [labels, icon body, view-box size]. */
export function emojiPortraits() {
  const found = [];
  for (const [source, { icons, size, tone }] of Object.entries(SETS)) {
    for (const [toneName, ethnicity] of Object.entries(TONES)) {
      for (const [gender, noun] of [["female", "woman"], ["male", "man"]]) {
        const named = [[`${noun}-${tone(toneName)}`, { age: null }], [`old-${noun}-${tone(toneName)}`, { age: "old" }],
          ...Object.entries(EMOJI_ROLES).map(([emoji, role]) => [`${noun}-${emoji}-${tone(toneName)}`, { age: null, role }])];
        for (const [name, labels] of named) if (icons[name]) found.push([{ source, gender, ethnicity, ...labels }, icons[name].body, size]);
      }
    }
  }
  return found;
}

export function emojiSvg(body, size, background) {
  const margin = size / 12;
  const side = size + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} ${-margin} ${side} ${side}"><path fill="${BACKGROUND[background]}" d="M${-margin} ${-margin}h${side}v${side}h${-side}Z"/>${body}</svg>`;
}
