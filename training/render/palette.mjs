// The drawing conventions that are colours. CONVENTIONS.md says them in words.

/** Skin fill and default hair fills of each ethnicity word. */
export const ETHNICITY = {
  african: { skin: "#5a3426", line: "#1e0f0a", hair: ["#17110f"] },
  asian: { skin: "#f3cf8e", line: "#6b4a1c", hair: ["#100d18"] },
  european: { skin: "#ffd9cc", line: "#8a4a3c", hair: ["#d9a63f", "#8f5a2b"] },
  indian: { skin: "#9c5a32", line: "#3c1d0c", hair: ["#1d1210"] },
  latino: { skin: "#d79a68", line: "#5f3517", hair: ["#4c2714"] },
};

/** Hair colours a caption can name. */
export const HAIR = {
  black: "#141014",
  brown: "#6b3d1c",
  blond: "#ecc04a",
  red: "#c8421c",
  grey: "#9a9a9e",
};

/** Hair of an old person, and the grey that creeps into middle-aged hair. */
export const WHITE_HAIR = "#ececee";
export const GREYING = "#b9b9bd";

/** Background colours a caption can name. */
export const BACKGROUND = {
  white: "#ffffff",
  grey: "#c4c8cc",
  blue: "#7fb2e8",
  green: "#8fce8f",
  yellow: "#ffe680",
  pink: "#f9b4cf",
  purple: "#b79be0",
  orange: "#ffb46a",
};

/** Shirt colours; never named by a caption. */
export const SHIRT = ["#c0392b", "#2c5f9e", "#2f8f5b", "#6c4a9e", "#555b66", "#e0912f", "#f0f0f0"];

/** Emoji skin tones and the ethnicity word each is captioned with. */
export const TONES = {
  "dark": "african",
  "medium-light": "asian",
  "light": "european",
  "medium-dark": "indian",
  "medium": "latino",
};

/** Moves a colour by up to `amount` levels, the same for all channels. */
export function jitter(hex, amount, random) {
  const shift = Math.round((random() * 2 - 1) * amount);
  const channel = (at) => Math.min(255, Math.max(0, parseInt(hex.slice(at, at + 2), 16) + shift));
  return "#" + [1, 3, 5].map((at) => channel(at).toString(16).padStart(2, "0")).join("");
}
