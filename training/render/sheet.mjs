// Draws a quick sheet of labelled portraits to a PNG, to look at: node sheet.mjs OUT.png [grid|extras|roles]
import { writeFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { facePortrait } from "./face.mjs";
import { BACKGROUND, ETHNICITY, HAIR } from "./palette.mjs";
import { ROLES } from "./parts.mjs";

const [out, kind = "grid"] = process.argv.slice(2);
const ages = ["young", "middle-aged", "old"];
const rows = [];
if (kind === "grid") for (const age of ages) for (const gender of ["female", "male"]) for (const seed of [1, 2]) rows.push(Object.keys(ETHNICITY).map((ethnicity) => [{ age, gender, ethnicity, background: "blue" }, seed]));
if (kind === "extras") for (const [seed, extra] of [{ glasses: true }, { hat: true }, { freckles: true }, { facial_hair: "beard" }, { facial_hair: "moustache" }, ...Object.keys(HAIR).map((hair_colour) => ({ hair_colour }))].entries())
  rows.push(Object.keys(ETHNICITY).map((ethnicity, i) => [{ age: ages[i % 3], gender: extra.facial_hair || i % 2 ? "male" : "female", ethnicity, background: Object.keys(BACKGROUND)[seed % 8], ...extra }, seed * 7 + i]));
if (kind === "roles") for (const [i, role] of ROLES.entries()) rows.push(Object.keys(ETHNICITY).map((ethnicity, j) => [{ age: ages[(i + j) % 3], gender: (i + j) % 2 ? "male" : "female", ethnicity, role, background: "white" }, i * 5 + j]));
const tiles = rows.flatMap((row, y) => row.map(([labels, seed], x) => {
  const png = new Resvg(facePortrait(labels, seed), { fitTo: { mode: "width", value: 128 } }).render().asPng().toString("base64");
  return `<image x="${x * 132}" y="${y * 132}" width="128" height="128" href="data:image/png;base64,${png}"/>`;
}));
writeFileSync(out, new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="${5 * 132}" height="${rows.length * 132}">${tiles.join("")}</svg>`).render().asPng());
