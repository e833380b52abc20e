"""Captions for labelled portraits: the canonical grammar of the contract in the majority, varied wording beside it.

`caption(labels, rng)` draws one; `WORDS` is every word a caption can use (each becomes a single token).
"""

import random

# word → weight; the first of each list is the canonical one
AGE = {
    "young": [("young", 80), ("youthful", 6), ("teenage", 4)],
    "middle-aged": [("middle-aged", 92), ("mature", 5)],
    "old": [("old", 74), ("elderly", 14), ("aged", 4), ("senior", 6)],
}
ETHNICITY = {
    "african": [("african", 92), ("black", 5)],
    "asian": [("asian", 96)],
    "european": [("european", 88), ("caucasian", 5), ("white", 5)],
    "indian": [("indian", 96)],
    "latino": [("latino", 90), ("hispanic", 6)],
}
NOUN = {
    "female": [("woman", 80), ("lady", 10), ("female", 6)],
    "male": [("man", 80), ("gentleman", 6), ("guy", 5), ("male", 6)],
}
PERSON = [("person", 90), ("someone", 3), ("human", 4), ("character", 3)]
PRONOUN = {"female": ("she", "is"), "male": ("he", "is"), None: ("they", "are")}
ROLE_SYNONYMS = {
    "doctor": ["physician"],
    "chef": ["cook"],
    "builder": ["construction worker"],
    "student": ["graduate"],
    "lawyer": ["attorney"],
    "artist": ["painter"],
}
ROLES = [
    "doctor", "nurse", "chef", "police officer", "firefighter", "builder", "farmer", "pilot", "soldier", "scientist",
    "student", "artist", "astronaut", "lawyer", "teacher", "judge", "mechanic", "singer", "office worker", "detective", "guard",
]  # fmt: skip
VIEW = [
    ("closeup portrait of", 30), ("portrait of", 18), ("closeup portrait photo of", 4), ("a portrait of", 5), ("a picture of", 5),
    ("headshot of", 5), ("a photo of", 6), ("photo of", 4), ("a drawing of", 3), ("a closeup of", 3), ("an image of", 2), ("", 15),
]  # fmt: skip
STYLE_VIEW = {
    "noto": [("emoji of", 5), ("an emoji of", 5), ("emoji style portrait of", 2)],
    "fluent": [("flat emoji of", 5), ("a flat emoji of", 5), ("flat emoji style portrait of", 2)],
    "peeps": [("doodle of", 5), ("a doodle of", 5), ("doodle style portrait of", 2)],
    "personas": [("avatar of", 1)],
}
# Ordinary words that say nothing a picture here could show: trained as words to pass over.
FILLER = """beautiful nice good great high quality detailed simple clean bright dark soft light warm cold modern classic professional realistic
digital art painting illustration sketch style studio outdoor indoor park street city house office kitchen garden beach forest mountain river sea sky
room table chair window door car bike book phone computer camera coffee tea dog cat bird horse tree flower sun moon rain snow winter summer spring autumn
morning evening night day smiling happy sad angry calm serious laughing looking standing sitting walking running reading writing cooking working holding
playing small big tall short long large little new vintage colorful sharp focus centered front side left right up down at by for from to near next behind under
over between through during after before very more most some one two three four five other same this that these those there here who which what when where
friendly kind brave famous rich poor strong quiet loud fast slow best perfect amazing lovely cute cool casual formal elegant stylish fashion
shirt jacket coat dress suit tie scarf shoes jeans sweater uniform clothes face eyes nose mouth smile cheeks skin head shoulders hands neck ear""".split()
EXTRA_WORDS = """her his him hers himself herself them their theirs themselves himself spectacles cap curly straight bald wavy braided beards hats mustaches
men women people ladies gentlemen guys persons girl boy child baby kid teenager adult couple group family mother father grandmother grandfather
daughter son sister brother aunt uncle wife husband friend waiter driver engineer athlete king queen knight dancer player baker writer worker manager ceo president""".split()


def pick(rng: random.Random, weighted: list) -> str:
    return rng.choices([w for w, _ in weighted], [n for _, n in weighted])[0]


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def subject(labels: dict, opened: set[str], rng: random.Random, canonical: bool) -> tuple[str, str | None]:
    """The person's noun phrase without article, and the gender its words gave away."""
    word = (lambda table: table[0][0]) if canonical else (lambda table: pick(rng, table))
    adjectives = []
    if "age" in opened and labels.get("age"):
        adjectives.append(word(AGE[labels["age"]]))
    if "ethnicity" in opened:
        adjectives.append(word(ETHNICITY[labels["ethnicity"]]))
    if not canonical and len(adjectives) == 2 and rng.random() < 0.12:
        adjectives.reverse()
    gender = labels["gender"] if "gender" in opened else None
    role = labels.get("role")
    if role and rng.random() < 0.97:
        if rng.random() < 0.12 and ROLE_SYNONYMS.get(role):
            role = rng.choice(ROLE_SYNONYMS[role])
        if gender and not canonical and rng.random() < 0.15:  # "woman doctor"
            adjectives.append(NOUN[gender][0][0])
        elif gender:
            adjectives.append(gender)
        return " ".join(adjectives + [role]), gender
    noun = word(NOUN[gender]) if gender else word(PERSON)
    return " ".join(adjectives + [noun]), gender


def clauses(labels: dict, gender: str | None, rng: random.Random) -> list[str]:
    """What the person wears and shows, as phrases after the noun."""
    said = []
    if labels.get("glasses") and rng.random() < 0.97:
        said.append(pick(rng, [("wearing glasses", 75), ("with glasses", 20), ("wearing spectacles", 3)]))
    if labels.get("hat") and rng.random() < 0.97:
        said.append(pick(rng, [("wearing a hat", 55), ("with a hat", 20), ("in a hat", 20)]))
    if labels.get("facial_hair") and rng.random() < 0.85:
        word = "beard" if labels["facial_hair"] == "beard" else pick(rng, [("moustache", 3), ("mustache", 1)])
        said.append(f"with a {word}")
    if labels.get("freckles") and rng.random() < 0.9:
        said.append("with freckles")
    if labels.get("hair_colour") and rng.random() < 0.95:
        said.append(f"with {labels['hair_colour'].replace('grey', rng.choice(['grey', 'gray']))} hair")
    rng.shuffle(said)
    if len(said) > 1 and rng.random() < 0.35:
        shared = said[0].startswith("wearing") and said[1].startswith("wearing")  # "wearing glasses and a hat"
        said[1] = "and " + (said[1].removeprefix("wearing ") if shared else said[1])
    if said and said[0].startswith("wearing") and rng.random() < 0.06:
        pronoun, verb = PRONOUN[gender]
        said[0] = f", {pronoun} {verb} {said[0]}"
    if rng.random() < 0.35:
        colour = labels["background"]
        said.append(rng.choice(["on {} {} background", "in front of {} {} background"]).format(article(colour), colour) if rng.random() < 0.67 else f", {colour} background")
    return said


def caption(labels: dict, rng: random.Random) -> str:
    """One caption: slots dropped at random, so that any subset of the axes can be asked for."""
    if rng.random() < 0.06:
        opened = set()
    else:
        opened = {axis for axis in ("age", "ethnicity", "gender") if rng.random() < 0.87}
    canonical = rng.random() < 0.6
    noun_phrase, gender = subject(labels, opened, rng, canonical)
    view = pick(rng, STYLE_VIEW.get(labels["source"], VIEW))
    lead = noun_phrase if not view and rng.random() < 0.5 else f"{article(noun_phrase)} {noun_phrase}"
    text = " ".join([view, lead, *clauses(labels, gender, rng)]).strip().replace(" ,", ",")
    if rng.random() < 0.08:
        text += rng.choice([" ", ", "]) + " ".join(rng.sample(FILLER, rng.randint(1, 3)))
    return text


def words() -> list[str]:
    """Every word a caption can use, most important first, plus ordinary ones."""
    tables = [AGE, ETHNICITY, NOUN]
    found = [w for table in tables for values in table.values() for w, _ in values]
    found += [w for w, _ in PERSON] + "a an of on in with wearing and or the is are front background hair glasses spectacles hat beard moustache mustache freckles".split()
    found += ["she", "he", "they", "red", "blond", "blonde", "black", "brown", "grey", "gray", "white", "blue", "green", "yellow", "pink", "purple", "orange"]
    phrases = ROLES + [s for many in ROLE_SYNONYMS.values() for s in many] + [v for v, _ in VIEW] + [v for table in STYLE_VIEW.values() for v, _ in table]
    found += [w for phrase in phrases for w in phrase.split()] + EXTRA_WORDS + FILLER
    return [w for w in dict.fromkeys(found) if w.isalpha()]


if __name__ == "__main__":
    from pair import dataset

    rng = random.Random(1)
    for name in ("train", "emoji", "peeps"):
        for labels in rng.sample(dataset.load(name)[1], 12):
            print(caption(labels, rng))
    print(len(words()), "words")
