// Our own drawing parts, registered beside the ones of facesjs: age lines, lips, clothes and headgear of roles.
// Coordinates are those of facesjs: 400×600, head from y 100 to 500, eyes at y 310, mouth at y 440.
import svgs from "./node_modules/facesjs/build/svgs.js";

const line = (d, width = 6) =>
  `<path fill="none" stroke="$[line]" stroke-linecap="round" stroke-width="${width}" d="${d}"/>`;
const shape = (fill, d, width = 5) => `<path fill="${fill}" stroke="#000" stroke-width="${width}" d="${d}"/>`;
const plain = (fill, d) => `<path fill="${fill}" d="${d}"/>`;
const circle = (fill, cx, cy, r, width = 5) =>
  shape(fill, `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`, width);

// --- age -----------------------------------------------------------------------------------------------------------
const smileLines = "M146 392Q122 425 130 462M254 392Q278 425 270 462";
const eyeBags = "M112 343Q140 360 168 345M232 345Q260 360 288 343";
const crowsFeet = "M92 300L70 288M90 312L66 312M92 324L70 338M308 300L330 288M310 312L334 312M308 324L330 338";
const forehead = "M130 205Q200 190 270 205M140 224Q200 210 260 224M150 243Q200 231 250 243";
const cheeks = "M104 370Q94 400 106 432M296 370Q306 400 294 432";
export const AGE_LINES = {
  "young": "",
  "middle-aged": line(smileLines, 8) + line(eyeBags, 7),
  "old": line(smileLines, 9) + line(eyeBags, 7) + line(crowsFeet, 5) + line(forehead, 7) + line(cheeks, 6),
};

// --- gender --------------------------------------------------------------------------------------------------------
const LIPS = "#c22f4b";
Object.assign(svgs.mouth, {
  "lips-closed": shape(LIPS, "M158 440Q185 424 200 432Q215 424 242 440Q200 472 158 440Z", 4) + line("M164 441Q200 447 236 441", 3).replace("$[line]", "#5a0c1c"),
  "lips-smile": shape(LIPS, "M150 430Q200 440 250 430Q236 474 200 474Q164 474 150 430Z", 4) + plain("#fff", "M166 438Q200 446 234 438Q222 452 200 452Q178 452 166 438Z"),
  "lips-small": shape(LIPS, "M170 440Q190 426 200 433Q210 426 230 440Q200 466 170 440Z", 4),
});
export const LIP_IDS = ["lips-closed", "lips-smile", "lips-small"];

// --- extras --------------------------------------------------------------------------------------------------------
const dots = [[104, 358], [124, 350], [144, 362], [114, 378], [136, 384], [256, 362], [276, 350], [296, 358], [264, 384], [286, 378]];
export const FRECKLES = dots.map(([x, y]) => plain("$[line]", `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z`)).join("");

// A full moustache; hair that shows beside a covered head.
svgs.facialHair["moustache"] = shape("$[hairColor]", "M200 408Q150 396 122 432Q160 440 200 428Q240 440 278 432Q250 396 200 408Z", 4);
svgs.hair["long-under-hat"] = shape("$[hairColor]", "M56 205Q24 330 44 480Q80 500 104 478Q80 340 110 205Z", 5) + shape("$[hairColor]", "M344 205Q376 330 356 480Q320 500 296 478Q320 340 290 205Z", 5);

const rim = (d) => `<path fill="#cfe4f2" fill-opacity=".45" stroke="#111" stroke-width="11" d="${d}"/>`;
const bridge = `<path fill="none" stroke="#111" stroke-width="10" d="M186 306Q200 296 214 306M80 304L46 296M320 304L354 296"/>`;
const ring = (cx) => `M${cx - 54} 312a54 48 0 1 0 108 0a54 48 0 1 0-108 0Z`;
const box = (cx) => `M${cx - 56} 272h112v56q0 28-28 28h-56q-28 0-28-28Z`;
svgs.glasses["round"] = rim(ring(134)) + rim(ring(266)) + bridge;
svgs.glasses["square"] = rim(box(132)) + rim(box(268)) + bridge;
export const GLASSES_IDS = ["round", "square"];

const brim = (fill) => shape(fill, "M22 214Q200 168 378 214Q388 234 366 238Q200 200 34 238Q12 234 22 214Z", 6);
Object.assign(svgs.accessories, {
  "felt-hat": shape("$[primary]", "M78 208Q84 78 134 74Q200 96 266 74Q316 78 322 208Z", 6) + plain("#222", "M77 190Q200 160 323 190L323 212Q200 178 77 212Z") + brim("$[primary]"),
  "beanie": shape("$[primary]", "M54 226Q50 62 200 60Q350 62 346 226Z", 6) + shape("$[secondary]", "M44 232Q44 186 58 184Q200 150 342 184Q356 186 356 232Q200 196 44 232Z", 6) + circle("$[secondary]", 200, 58, 22),
  "cap": shape("$[primary]", "M54 222Q46 72 200 70Q354 72 346 222Q200 176 54 222Z", 6) + shape("$[secondary]", "M92 212Q200 176 308 212Q330 244 200 236Q70 244 92 212Z", 6),
});
export const HAT_IDS = ["felt-hat", "beanie", "cap"];

// --- roles: clothes (drawn like a facesjs jersey) and headgear (like an accessory) -----------------------------------
const torso = "M10 620Q12 545 80 525L140 505Q200 560 260 505L320 525Q388 545 390 620Z";
svgs.jersey["shirt"] = shape("$[primary]", torso, 6);
const open = (fill, inner) => shape(fill, torso, 6) + shape(inner, "M150 508Q200 556 250 508L226 620H174Z", 4);
const tie = (fill) => shape(fill, "M188 536H212L218 552L210 560L222 620H178L190 560L182 552Z", 4);
const peaked = (crown, band, visor, badge) =>
  shape(crown, "M30 150Q40 70 200 66Q360 70 370 150Q360 176 330 186H70Q40 176 30 150Z", 6) + shape(band, "M64 180Q200 150 336 180L338 220Q200 186 62 220Z", 5) +
  shape(visor, "M82 216Q200 180 318 216Q300 248 200 238Q100 248 82 216Z", 5) + circle(badge, 200, 132, 26, 4);
const helmet = (fill, badge) =>
  shape(fill, "M46 226Q36 60 200 56Q364 60 354 226Z", 6) + shape(fill, "M24 226Q200 184 376 226Q384 248 360 250Q200 212 40 250Q16 248 24 226Z", 6) + badge;

/** role → [clothes, headgear or null, keeps its hair visible] */
const drawn = {
  "doctor": [open("#ffffff", "#58b6c9") + `<path fill="none" stroke="#333" stroke-width="11" d="M120 512Q120 580 160 590M280 512Q280 580 240 590"/>` + circle("#9aa3ad", 240, 592, 16),
    shape("#444a52", "M50 214Q200 172 350 214L350 234Q200 194 50 234Z", 4) + circle("#e4eef5", 200, 186, 38, 6) + circle("#8aa0b0", 200, 186, 10, 3)],
  "nurse": [open("#57c3b4", "#ffffff"), shape("#ffffff", "M72 210L88 96Q200 70 312 96L328 210Q200 168 72 210Z", 6) + plain("#d8202c", "M186 100H214V124H238V152H214V176H186V152H162V124H186Z")],
  "chef": [shape("#ffffff", torso, 6) + circle("#333", 172, 590, 6, 2) + circle("#333", 228, 590, 6, 2) + shape("#d8202c", "M138 506Q200 566 262 506L270 530Q200 584 130 530Z", 4),
    shape("#ffffff", "M66 216L62 160Q0 150 22 90Q44 46 104 70Q136 30 200 34Q264 30 296 70Q356 46 378 90Q400 150 338 160L334 216Q200 176 66 216Z", 6)],
  "police officer": [open("#23355f", "#8fb4e0") + tie("#141c33") + circle("#f2c230", 316, 574, 20, 4), peaked("#23355f", "#141c33", "#0c0f18", "#f2c230")],
  "firefighter": [shape("#3a3a40", torso, 6) + plain("#f4e04a", "M16 574H384V594H12Z"), helmet("#d3212a", shape("#f4d13a", "M164 108L200 88L236 108L228 168L200 184L172 168Z", 5))],
  "builder": [shape("#ff8a1f", torso, 6) + plain("#f7f37a", "M96 520L124 620H96L72 530ZM304 520L276 620H304L328 530Z"), helmet("#ffd21f", shape("#ffe884", "M184 58H216V200H184Z", 4))],
  "farmer": [shape("#c74a3a", torso, 6) + shape("#3b6fb5", "M110 620V560H290V620ZM96 516L122 506L142 562H112ZM304 516L278 506L258 562H288Z", 5),
    shape("#e9c46a", "M86 206Q92 84 200 80Q308 84 314 206Z", 6) + plain("#8c3b2a", "M86 186Q200 158 314 186L314 210Q200 178 86 210Z") + shape("#e9c46a", "M-24 214Q200 156 424 214Q420 244 380 244Q200 200 20 244Q-20 244-24 214Z", 6)],
  "pilot": [open("#1b1d26", "#ffffff") + tie("#1b1d26") + plain("#f2c230", "M40 560H110V572H40ZM290 560H360V572H290Z"), peaked("#ffffff", "#1b1d26", "#0c0f18", "#f2c230")],
  "soldier": [shape("#5c6b3a", torso, 6) + plain("#39452a", "M60 560Q90 545 120 570T180 600L60 612ZM260 560Q300 550 340 580L330 612L270 600Z"),
    shape("#5c6b3a", "M42 232Q34 64 200 60Q366 64 358 232Q200 190 42 232Z", 6) + plain("#39452a", "M90 120Q120 90 150 120T190 150Q140 170 90 150ZM230 90Q280 90 300 130Q270 150 240 130ZM250 170Q300 160 330 190Q290 196 250 186Z")],
  "scientist": [open("#ffffff", "#3f8f4f") + tie("#27476e"), shape("#5b6470", "M44 200Q200 156 356 200L356 232Q200 190 44 232Z", 4) + circle("#8de36b", 148, 196, 42, 8) + circle("#8de36b", 252, 196, 42, 8)],
  "student": [shape("#20242e", torso, 6) + shape("#d8b33a", "M150 510L200 600L250 510L236 506L200 570L164 506Z", 4),
    shape("#20242e", "M80 214Q80 150 90 130H310Q320 150 320 214Q200 172 80 214Z", 6) + shape("#2d3342", "M200 52L396 116L200 172L4 116Z", 6) + `<path fill="none" stroke="#f2c230" stroke-width="9" d="M200 112L356 138V214"/>` + circle("#f2c230", 356, 218, 13, 3)],
  "artist": [shape("#7a5aa8", torso, 6) + circle("#f2c230", 110, 580, 14, 3) + circle("#d8202c", 290, 572, 14, 3) + circle("#3aa0d8", 246, 598, 14, 3),
    shape("#a3202f", "M44 196Q0 120 110 84Q260 30 350 96Q402 150 350 206Q200 160 44 196Z", 6) + shape("#a3202f", "M196 62Q190 44 206 32L218 38Q208 50 212 64Z", 4)],
  "astronaut": [shape("#f2f4f7", torso, 6) + shape("#3b6fb5", "M150 580H250V620H150Z", 4),
    `<path fill="#e9edf2" fill-rule="evenodd" stroke="#000" stroke-width="6" d="M-16 300Q-16 34 200 34Q416 34 416 300Q416 540 200 540Q-16 540-16 300ZM32 300Q32 496 200 512Q368 496 368 300Q368 92 200 92Q32 92 32 300Z"/>` + circle("#d8202c", 8, 320, 22) + circle("#d8202c", 392, 320, 22)],
  "lawyer": [open("#2b2f3a", "#ffffff") + tie("#a3202f") + shape("#2b2f3a", "M140 505L184 560L150 590L108 520ZM260 505L216 560L250 590L292 520Z", 4), null],
};
export const ROLES = Object.keys(drawn);
for (const [role, [clothes, headgear]] of Object.entries(drawn)) {
  svgs.jersey[`role-${role}`] = clothes;
  if (headgear) svgs.accessories[`role-${role}`] = headgear;
}
/** Headgear under which the hair's crown is not drawn. */
export const COVERS_HAIR = new Set([...HAT_IDS, ...ROLES.filter((r) => !["astronaut", "lawyer", "doctor", "scientist"].includes(r)).map((r) => `role-${r}`)]);
export const hasHeadgear = (role) => `role-${role}` in svgs.accessories;
