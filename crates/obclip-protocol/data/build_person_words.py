#!/usr/bin/env python3
"""Closes WordNet over the words of persons, places, illnesses and views. Run by hand after `build_wordlists.py`, with the
same FOLDER; the results are committed.

    python3 build_person_words.py FOLDER

Writes `wordnet-v1.txt` and `wordnet-axes-v1.txt` in crates/obclip-device/data, in the formats of `lexicon-v1.txt` and
`axes-v1.txt`. Only words that the lists written by hand do not have and that the wire vocabulary does not need.
"""
import collections, glob, json, pathlib, re, sys, unicodedata

source = pathlib.Path(sys.argv[1])
root = pathlib.Path(__file__).resolve().parents[3]
device, protocol = root / "crates/obclip-device/data", root / "crates/obclip-protocol/data"
wn = source / "deb/usr/share/wordnet"

# --- WordNet -------------------------------------------------------------------------------
synsets, senses = {}, collections.defaultdict(dict)
children, parents, wholes = (collections.defaultdict(set) for _ in range(3))
derived, pertains = collections.defaultdict(set), collections.defaultdict(set)
instances = set()
for pos in ("noun", "adj", "verb", "adv"):
    for line in open(wn / f"data.{pos}", encoding="latin-1"):
        if line.startswith(" "):
            continue
        data, _, gloss = line.partition(" | ")
        fields = data.split()
        n = int(fields[3], 16)
        key = (pos, fields[0])
        words = [re.sub(r"\(.*\)$", "", fields[4 + 2 * i]) for i in range(n)]
        synsets[key] = (int(fields[1]), words, gloss.strip())
        rest = fields[4 + 2 * n:]
        for i in range(int(rest[0])):
            symbol, target, kind, _ = rest[1 + 4 * i: 5 + 4 * i]
            to = ({"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}[kind], target)
            if symbol == "@" or symbol == "@i":
                parents[key].add(to)
                children[to].add((key, symbol))
                if symbol == "@i":
                    instances.add(key)
            elif symbol in ("#p", "#m"):
                wholes[key].add(to)
            elif symbol == "+":
                derived[key].add(to)
            elif symbol == "\\":
                pertains[key].add(to)
    for line in open(wn / f"index.{pos}", encoding="latin-1"):
        if not line.startswith(" "):
            fields = line.split()
            senses[fields[0]][pos] = fields[-int(fields[2]):]
counts = collections.Counter()
for line in open(wn / "cntlist.rev", encoding="latin-1"):
    key, _, count = line.split()
    lemma, sense = key.split("%")
    counts[lemma, {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}[sense[0]]] += int(count)

ANIMAL, PERSON, LOCATION = 5, 18, 15
SEEN = {ANIMAL, 6, 13, 19, 20}  # artifacts, food, phenomena, plants
RATHER_PERSONS = set("""bard bagger clapper corsair cultivator deadeye dowser ensign finder flack gillie gumshoe kingpin knave lookout nonsmoker number_cruncher
oiler oracle outfitter partizan peacekeeper peacemaker privateer romper sharpshooter sketcher slasher squawker stinker stringer timekeeper tobacconist tormenter
lifesaver adjutant sergeant_major grenadier viceroy sawyer searcher proconsul doughboy demoiselle argonaut barker chum shoveler shoveller finisher coxcomb criollo
dabbler denizen tattler stargazer sleuthhound wharf_rat seasoner shifter sorter trimmer winder rivetter songster balancer black_sheep dark_horse glass_cutter
spring_chicken fashion_plate stepper yearling cub_reporter tribune tripper vamp weeder weekender winker attache rep""".split())

def sense(lemma, file=None, number=0):
    found = [("noun", offset) for offset in senses[lemma]["noun"]]
    found = [key for key in found if file is None or synsets[key][0] == file]
    return found[number]

def closure(*tops, with_instances=False):
    wanted, found = set(tops), set(tops)
    while wanted:
        wanted = {child for key in wanted for child, symbol in children[key]
                  if with_instances or symbol == "@"} - found
        found |= wanted
    return found

def people(*lemmas):
    return closure(*(sense(lemma, PERSON) for lemma in lemmas))

# --- What the lists written by hand have ---------------------------------------------------
def plain(text):
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower().replace("-", "_")

hand, person_words, place_value = set(), set(), {}
section = None
for name in ("lexicon-v1.txt", "axes-v1.txt"):
    for line in (device / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            head, words = line.split(": ", 1)
            for entry in words.split():
                for form in entry.split("/"):
                    form = plain(form.lstrip("="))
                    hand |= {form, form + "s"}
                    if section not in ("small", "colour", "plain", "not-person", "skin", "pronoun", "correlate", "place", "neutral", "sometimes", "maker", "artist", "gazetteer") \
                            and head not in ("thing", "near"):
                        person_words |= {form, form + "s", form + "'s", form + "s'"}
                    if section == "place":
                        place_value[form] = head
roles = set((device / "roles-v1.txt").read_text().split())
person_words |= roles | {r + "s" for r in roles} | {r + "'s" for r in roles}
vocabulary = set((protocol / "wire-vocabulary-v1.txt").read_text().split())
first_names = {name.lower() for path in glob.glob(str(source / "npm/stdlib-*/package/data/*.json")) for name in json.load(open(path))}

listed = hand | vocabulary
listed_or_name = listed | first_names

def listable(lemma):
    return lemma != "man_on_a_horse" and bool(re.fullmatch(r"[a-z]+([_'-][a-z']+){0,3}", lemma)) and lemma not in hand and len(lemma) > 2

def first_is_person(lemma):
    """Whether the word is mostly a person."""
    key = lemma.lower()
    noun = senses[key].get("noun")
    other = max((counts[key, pos] for pos in senses[key] if pos != "noun"), default=0)
    return bool(noun) and synsets["noun", noun[0]][0] == PERSON and other <= counts[key, "noun"] + 1

def first_uncapitalised(lemma):
    """The first noun sense that is no name."""
    offsets = senses[lemma]["noun"]
    return next((offset for offset in offsets if lemma in synsets["noun", offset][1]), offsets[0])

# --- Persons -------------------------------------------------------------------------------
female, male = people("female"), people("male") | people("man")
old, young = people("old_person"), people("child", "juvenile", "baby", "youth")
BRANCHES = [  # the first that holds; the axis of `wordnet-axes-v1.txt`, or a section of `wordnet-v1.txt`
    ("religion", people("religious_person", "religionist", "clergyman", "religious_leader", "holy_person", "worshiper")),
    ("disability", people("sick_person", "psychotic", "addict", "neurotic", "alcoholic", "amputee", "mental_case", "deaf_person", "dwarf")),
    ("orientation", people("homosexual")),
    ("kin", people("relative", "spouse", "parent")),
    ("political", people("radical", "leftist", "rightist", "socialist", "nationalist", "conservative", "liberal", "revolutionist",
                         "anarchist", "libertarian", "reformer", "dissenter", "democrat", "partisan", "militant", "pacifist", "totalitarian", "feminist", "abolitionist", "separatist", "environmentalist", "populist")),
    ("immigration", people("migrant", "exile", "foreigner", "refugee", "settler")),
    ("socioeconomic", people("poor_person", "rich_person", "slave", "aristocrat", "peasant", "beggar", "vagrant", "capitalist", "elitist", "landowner", "commoner", "pauper")),
    ("body-type", people("fat_person", "thin_person", "large_person", "small_person")),
    ("family", people("lover", "widow", "bachelor")),
]
WIRES = [  # what a role travels as
    ("performer", people("performer")), ("athlete", people("athlete", "contestant")), ("scientist", people("scientist")),
    ("soldier", people("serviceman")), ("artist", people("artist")), ("writer", people("writer")), ("criminal", people("criminal")),
    ("worker", people("worker", "skilled_worker")), ("expert", people("professional", "expert")), ("leader", people("leader")),
    ("person", closure(("noun", senses["person"]["noun"][0]))),
]
lists, axes = collections.defaultdict(set), collections.defaultdict(set)
for key in closure(("noun", senses["person"]["noun"][0])):
    file, words, _ = synsets[key]
    if file != PERSON or key in instances:
        continue
    for word in words:
        lemma = word.lower()
        single = "_" not in lemma and "-" not in lemma
        if word != lemma or not listable(lemma) or lemma in vocabulary or not first_is_person(lemma):
            continue
        if key != ("noun", senses[lemma]["noun"][0]):
            continue
        parts = re.split("[_-]", lemma)
        last = parts[-1]
        # "young_woman", "white_person" are read word by word; "chairman_of_the_board" is a chairman.
        described = set(parts[:-1]) <= hand or "_".join(parts[:-1]) in hand or "adj" in senses[parts[0]]
        if len(parts) > 1 and (last in person_words | {"person", "people"} and described or {"of", "on", "in", "the"} & set(parts)):
            continue
        values = " ".join(value for value, of in (("young", young), ("old", old), ("female", female), ("male", male)) if key in of)
        branch = next((name for name, of in BRANCHES if key in of), None)
        # "warbler", "hot dog", "excavator": a bird, a food and a machine, where no text of WordNet's means the person.
        files = {synsets["noun", offset][0] for offset in senses[lemma]["noun"]}
        if not branch and files & SEEN and not counts[lemma, "noun"] and lemma not in RATHER_PERSONS:
            lists["plain", "animal" if ANIMAL in files else "thing"].add(lemma)
            continue
        if branch == "kin":
            lists["kin", values or "-"].add(lemma)
        elif branch:
            axes[branch, "noun"].add(lemma)
        elif values and (single or last not in person_words):
            lists["person", values].add(lemma)
        elif re.search(r"(man|woman|ess|ette|trix|euse|boy|girl|lady)$", lemma) and (single or last not in person_words or last in ("man", "woman", "boy", "girl", "lady")):
            gender = "male" if re.search(r"(man|boy)$", lemma) and not lemma.endswith("woman") else "female"
            lists["gendered-role", gender + " > " + next(name for name, of in WIRES if key in of)].add(lemma)
        elif single or last not in person_words:
            lists["role", "- > " + next(name for name, of in WIRES if key in of)].add(lemma)

# --- Peoples and places --------------------------------------------------------------------
CONTINENTS = {"africa": "african", "asia": "asian", "europe": "european", "south_america": "latino", "central_america": "latino",
              "north_america": "european", "australia": "european", "latin_america": "latino", "oceania": "asian", "west_indies": "african",
              "caribbean": "african", "middle_east": "indian", "polynesia": "asian", "micronesia": "asian", "melanesia": "african"}

def value_of_place(key, depth=0):
    """The value of the nearest place around it that the hand-written list has."""
    for word in synsets[key][1]:
        name = plain(word)
        if name in place_value:
            return place_value[name]
    for word in synsets[key][1]:
        if plain(word) in CONTINENTS:
            return CONTINENTS[plain(word)]
    for whole in sorted(wholes[key]):
        found = value_of_place(whole, depth + 1) if depth < 5 else None
        if found:
            return found
    return None

def value_of_gloss(gloss):
    names = re.findall(r"[A-Z][a-z]+(?: [A-Z][a-z]+)*", gloss)
    for name in names:
        lemma = name.lower().replace(" ", "_")
        if lemma in place_value:
            return place_value[lemma]
        for offset in senses[lemma].get("noun", []) if lemma in senses else []:
            if synsets["noun", offset][0] == LOCATION and value_of_place(("noun", offset)):
                return value_of_place(("noun", offset))
    return None

BY_PEOPLE = [("african", people("african", "black")), ("asian", people("asian")), ("european", people("european", "white")),
             ("latino", people("latin_american", "hispanic", "amerindian", "native_american")), ("european", people("american"))]
for key in instances | set(synsets):
    file, words, gloss = synsets[key]
    if key[0] == "noun" and key in instances and file == LOCATION:
        value = value_of_place(key)
        for word in words:
            lemma = plain(word)
            if word[0].isupper() and re.fullmatch(r"[a-z']+(_[a-z']+){0,2}", lemma) and lemma not in listed_or_name \
                    and len(lemma) > 3 and value and lemma != "old_south":
                lists["place", value].add(lemma)
            # "Florence": held as a name; the reader only learns that it may be a place.
            if word[0].isupper() and re.fullmatch(r"[a-z]{3,}", lemma) and lemma in first_names and lemma not in vocabulary:
                lists["gazetteer", "-"].add(lemma)
inhabitants = people("inhabitant", "african", "asian", "european", "american", "latin_american", "amerindian", "black", "white")
for key in inhabitants:
    _, words, gloss = synsets[key]
    value = next((value for value, of in BY_PEOPLE[:1] + BY_PEOPLE[3:4] if key in of), None) or value_of_gloss(gloss) \
        or next((value for value, of in BY_PEOPLE if key in of), None)
    for word in words:
        lemma = plain(word)
        place = any(synsets["noun", offset][0] == LOCATION for offset in senses[word.lower()]["noun"])
        if word[0].isupper() and re.fullmatch(r"[a-z]+(_[a-z]+){0,2}", lemma) and lemma not in listed and key not in instances and not place and not lemma.endswith("_person"):
            lists["ethnicity", value or "?"].add(lemma)
PEOPLE = re.compile(r"\b(people|inhabitants|citizens|residents|natives?)\b")
for key, (file, words, gloss) in synsets.items():
    if key[0] == "adj" and words[0][0].isupper() and PEOPLE.search(gloss):
        for word in words:
            lemma = plain(word)
            if re.fullmatch(r"[a-z]+(_[a-z]+){0,2}", lemma) and lemma not in listed:
                lists["ethnicity", value_of_gloss(gloss) or "?"].add(lemma)

# --- Illness, views and faiths -------------------------------------------------------------
STATE = 26
ill = closure(sense("illness", STATE), sense("mental_illness", STATE),
              sense("disability", STATE), sense("injury", STATE), sense("disorder", STATE))
ill -= closure(sense("plant_disease", STATE)) | closure(sense("animal_disease", STATE))
for key in ill:
    for word in synsets[key][1]:
        lemma = plain(word)
        if re.fullmatch(r"[a-z]+('s)?(_[a-z]+){0,2}", lemma) and lemma not in listed and len(lemma) > 3:
            axes["disability", "thing"].add(lemma)
COGNITION, GROUP = 9, 14
views = closure(sense("political_orientation", COGNITION))
faiths = closure(sense("religion", COGNITION), sense("religion", GROUP))
for key, (file, words, gloss) in synsets.items():
    if key[0] != "adj":
        continue
    near = derived[key] | pertains[key]
    for axis, of in (("political", views), ("religion", faiths)):
        if near & of:
            for word in words:
                lemma = plain(word)
                if re.fullmatch(r"[a-z]+(_[a-z]+){0,1}", lemma) and lemma not in listed and lemma != "hindi":
                    axes[axis, "word"].add(lemma)
for axis, of in (("political", views), ("religion", faiths)):
    for key in of:
        for word in synsets[key][1]:
            lemma = plain(word)
            if lemma.endswith("ism") and "_" not in lemma and lemma[:-3] + "ist" not in listed and lemma[:-3] + "ist" in senses:
                axes[axis, "both"].add(lemma[:-3] + "ist")

# --- Things whose names hold a word of a person --------------------------------------------
THING_FILES = {5: "animal", 4: "thing", 6: "thing", 9: "thing", 10: "thing", 11: "thing", 13: "thing", 17: "thing", 19: "thing",
               20: "thing", 21: "thing", 22: "thing", 25: "thing", 27: "thing"}
surnames = {plain(word).split("_")[-1] for key in instances if synsets[key][0] == PERSON for word in synsets[key][1]}
first_names_and_surnames = first_names | surnames | {name + "'s" for name in first_names | surnames}
BARE = set("man woman boy girl lady child baby person people guy men women boys girls ladies".split())
for key, (file, words, _) in synsets.items():
    if key[0] != "noun" or file not in THING_FILES:
        continue
    for word in words:
        lemma = plain(word)
        parts = lemma.split("_")
        proper = any(part[0].isupper() for part in word.split("_")) and set(parts) & first_names_and_surnames
        if 2 <= len(parts) <= 4 and all(re.fullmatch(r"[a-z]+('s?)?", part) for part in parts) and (set(parts) & person_words or proper) and lemma not in hand:
            first = senses[word.lower()]["noun"][0] if word.lower() in senses and "noun" in senses[word.lower()] else None
            # "old man" is a plant too, and a "handsome man" hardly ever.
            somebody = parts[0] in BARE and len(parts) > 2 or parts[-1] in person_words and (file != ANIMAL or parts[-1] in BARE)
            if first and synsets["noun", first][0] == PERSON or somebody:
                continue
            lists["plain", THING_FILES[file]].add(lemma)
for key, (file, words, _) in synsets.items():
    if key[0] == "noun" and file == ANIMAL:
        for word in words:
            lemma = plain(word)
            if word.islower() and re.fullmatch(r"[a-z]{3,}", lemma) and lemma not in listed_or_name and synsets["noun", first_uncapitalised(lemma)][0] == ANIMAL:
                lists["plain", "animal"].add(lemma)

# What else can be seen and is no person in any sense: "a Polish dumpling", "an aged cheddar". These words are held as unknown ones
# are; the reader only learns that nobody is meant.
MATERIAL = {6, 13, 17, 19, 20, 25, 27}
for key, (file, words, _) in synsets.items():
    if key[0] == "noun" and file in MATERIAL:
        for word in words:
            lemma = plain(word)
            senses_of = senses[word.lower()].get("noun", []) if word.lower() in senses else []
            files = [synsets["noun", offset][0] for offset in senses_of]
            if word.islower() and re.fullmatch(r"[a-z]{4,}", lemma) and lemma not in listed_or_name and files and files[0] in MATERIAL \
                    and PERSON not in files and "adj" not in senses[lemma]:
                lists["plain", "thing"].add(lemma)

# Words of English that are one letter from a word of a person ("conservatory", "conservator"): no misspelling of it.
def without_one(word):
    return {word[:at] + word[at + 1:] for at in range(len(word))} | {word}

made = {word for grouped in (lists, axes) for words in grouped.values() for word in words}
misspelt = {short for word in person_words | made if len(word) > 4 and word.isalpha() for short in without_one(word)}
for lemma, by_pos in senses.items():
    if not by_pos or not re.fullmatch(r"[a-z]{5,}", lemma) or lemma in listed_or_name or lemma in made or not without_one(lemma) & misspelt:
        continue
    # "refuge" before a noun is rather "refugee".
    if any(lemma + letter in person_words | made for letter in "abcdefghijklmnopqrstuvwxyz"):
        continue
    if any(synsets["noun", offset][0] == PERSON and ("noun", offset) not in instances for offset in by_pos.get("noun", [])):
        continue
    pos = max(by_pos, key=lambda p: (counts[lemma, p], ["adv", "verb", "adj", "noun"].index(p)))
    kind = {"noun": "thing", "verb": "verb", "adj": "adjective", "adv": "adjective"}[pos]
    if pos == "noun" and synsets["noun", by_pos["noun"][0]][0] == ANIMAL:
        kind = "animal"
    lists["plain", kind].add(lemma)

# Names that the reader cuts at a shorter name inside them, and so would read unlike others of their kind (the linter of
# the lists finds them). As unknown words they are held.
UNLIKE = """
victorian edwardian elizabethan wine_maker nobody coon confederate_soldier johnnie phillips benedict hippo
abu_dhabi alma_ata altai_people baffin_island basse_normandie cape_hatteras chula_vista corpus_christi
donets_basin east_ender east_saint_louis east_sider fort_meade frumpy_fifty gambier_islands gros_ventre
guine_bissau habanero_citizen hatteras_island hippo_regius ile_st_louis kavir_desert kuala_lumpur las_vegas
marquesas_islands marshall_islands papua_new_guinean port_louis rhode_island rub_al_khali saint_louis saint_martin
san_mateo santa_barbara santo_domingo sao_louis sault_sainte_marie seward_peninsula side_chick st_louis
t'ien_ching under_18s voyageurs_national_park walla_walla west_sider
""".split()


def write(path, what, grouped):
    lines = [f"# {what} Made by build_person_words.py from WordNet 3.0 (NOTICE)."]
    last = None
    for section, head in sorted(grouped):
        if section != last:
            lines += ["", f"[{section}]"]
            last = section
        lines.append(f"{head}: " + " ".join(sorted(grouped[section, head] - set(UNLIKE))))
    path.write_text("\n".join(lines) + "\n", "utf-8")

taken = {word for (axis, _), words in axes.items() for word in words}
for (section, head), words in lists.items():
    if section in ("role", "person", "gendered-role"):
        words -= taken
write(device / "wordnet-v1.txt", "Persons, peoples, places, and things that are called like persons.", lists)
write(device / "wordnet-axes-v1.txt", "Words of the axes that the cloud never expands.", axes)
for grouped in (lists, axes):
    print({" ".join(key): len(words) for key, words in sorted(grouped.items())})
