"""A second list of counterfactual pairs, written without opening the lexicon, the rules or the first generator.

    python3 results/coverage/second_list.py target/debug/obclip

Prints, per group, how many pairs get unequal classes (template, N or members differ) from `obclip explain --stdin`, and the pairs.
"""

import json
import random
import subprocess
import sys
from collections import Counter

R=random.Random(77)
AG=["an old woman","an elderly gentleman","a teenage boy","a little girl","a 30-year-old man","a lady in her fifties","a middle-aged bloke","a granny","a grandpa","a woman aged 42","a young lady","a seventy-year-old man","a young fella","an aging man","a grey-haired old lady","a schoolboy","a man in his early twenties","a woman of about sixty","a teen girl","an 85 year old woman","a toddler boy","a thirtysomething woman","a young man","a middle aged woman","a retired old man","a baby girl","a youthful woman","a man of 50","a senior lady","a pensioner woman","a boy of ten","a girl of twelve","a woman in her late thirties"]
AEG=["an old Chinese woman","a Nigerian grandfather","a young black man","a little Korean girl","a young Mexican boy","a 60-year-old Dutch lady","an elderly Indian man","a middle-aged white woman","a middle-aged Latino man","a teenage Brazilian girl","a young Kenyan woman","an aged Japanese man","a Vietnamese grandma","a young Swedish lady","an old African American man","a twenty-year-old Punjabi girl","a 45 year old Ghanaian gentleman","a young east asian woman","an elderly caucasian male","a young south asian man","a Black woman in her forties","a Hispanic man in his sixties","a young Polish bloke","a thirty-something Colombian woman","an old Scottish man","a Filipino boy","an Ethiopian girl","a senior Arab gentleman","a young Peruvian lady","an old Thai lady"]
EG=["a Chinese woman","a black man","a white woman","a Nigerian man","an Indian lady","a Mexican guy","an Asian man","an African woman","a Latina woman","a Korean man","a Spanish woman","a Hispanic gentleman","a Japanese lady","a Swedish man","a caucasian woman","a Pakistani man","a Brazilian woman","a Turkish man","a European lady","an African-American man"]
G_ROLE=["a female firefighter","a male firefighter","a woman firefighter","a lady firefighter"]
PAIRS_G=[("a waitress","a waiter"),("a policewoman","a policeman"),("a businessman","a businesswoman"),("a bride","a groom"),("a queen","a king"),("a prince","a princess"),("an actress","an actor"),("a saleswoman","a salesman"),("a nun","a monk"),("a witch","a wizard"),("a landlady","a landlord"),("a duke","a duchess"),("a stewardess","a steward"),("a hostess","a host"),("a fireman","a firewoman"),("a cowboy","a cowgirl"),("a mother","a father"),("a sister","a brother"),("an aunt","an uncle"),("a wife","a husband"),("a heroine","a hero"),("a fisherman","a fisherwoman"),("a girlfriend","a boyfriend"),("a niece","a nephew"),("a widow","a widower"),("a godmother","a godfather"),("a priestess","a priest"),("a goddess","a god"),("a mailman","a mailwoman"),("a handyman","a handywoman")]
AGE_ROLE=["an elderly farmer","a young farmer","a middle-aged farmer","a 20-year-old farmer","a seventy-year-old farmer","a farmer aged 33","an old farmer","a teenage farmer","a 61 y.o. farmer","an aging farmer","a youthful farmer","a farmer of about fifty"]
ETH_ROLE=["a Japanese chef","a black chef","a Nigerian chef","a Brazilian chef","an Asian chef","a white chef","a Latino chef","a Ghanaian chef","an Indian chef","a European chef","a Swedish chef","a Hispanic chef","a Korean chef","a Russian chef"]
ROLES="farmer chef firefighter doctor nurse teacher pilot violinist carpenter baker judge dancer runner poet scientist welder plumber librarian gardener sailor photographer barista blacksmith cyclist surgeon".split()
T=["{}","a photo of {}","portrait of {}, soft light","{} reading a newspaper on a park bench","oil painting of {} by a window","{} holding a cup of tea","{} walking through a snowy street at dawn","close-up of {} laughing","a watercolor sketch of {}","{} with a red umbrella","cinematic shot of {} in the rain, 35mm","{} playing chess under a tree","{} sits at a wooden table","there is {} standing near the door","I want a picture of {} riding a bicycle","{} and a golden retriever on the beach","a black and white photograph of {}","{} wearing a blue sweater","a low-poly render of {}, isometric","{} looking out over the mountains","studio headshot of {}, neutral background","{} who is cooking pasta in a small kitchen","please draw {} flying a kite","{} in a yellow raincoat, digital art","a statue of {} made of marble","{} waiting for the bus","poster showing {} on a motorcycle","a pencil drawing of {} asleep in a chair","{} repairing an old radio","{}, smiling at the camera","a happy scene with {} at a picnic","{} carrying groceries up the stairs","view from behind of {} on a bridge","{} paints a fence","{} sitting by the fire with a cat","an illustration of {} for a children's book","{} dressed as an astronaut","{} feeding pigeons in the city square","{} drinking coffee, warm colors, bokeh","a mosaic of {}"]
def role(np,r):
    return np.replace("farmer",r).replace("chef",r).replace("firefighter",r)
def fix(np): # a/an for role swaps
    w=np.split()
    if w[0] in("a","an"): w[0]="an" if w[1][0].lower() in "aeiou" or w[1].startswith("85") or w[1].startswith("18") else "a"
    return " ".join(w)
out=[]
def add(rel,t,a,b): out.append((rel,t.format(fix(a)),t.format(fix(b))))
def pick2(L):
    return R.sample(L,2)
for _ in range(600): a,b=pick2(AG); add("ag",R.choice(T),a,b)
for _ in range(700): a,b=pick2(AEG); add("aeg",R.choice(T),a,b)
for _ in range(400): a,b=pick2(EG); add("eg",R.choice(T),a,b)
for _ in range(200): a,b=pick2(G_ROLE); r=R.choice(ROLES); add("g-role",R.choice(T),role(a,r),role(b,r))
for _ in range(300): a,b=R.choice(PAIRS_G); add("g-pair",R.choice(T),*( (a,b) if R.random()<.5 else (b,a)))
for _ in range(300): a,b=pick2(AGE_ROLE); r=R.choice(ROLES); add("a-role",R.choice(T),role(a,r),role(b,r))
for _ in range(300): a,b=pick2(ETH_ROLE); r=R.choice(ROLES); add("e-role",R.choice(T),role(a,r),role(b,r))
# pronouns and clauses
S=[("{np} with {poss} dog","g"),("{np} brushing {poss} hair","g"),("{np}, {subj} is wearing a green coat","g"),("a photo of {np} and {poss} best friend","g"),("{np} looks at {refl} in the mirror","g"),("{np} after {subj} won the race","g"),("the camera follows {np} as {subj} climbs","g"),("{np} holds {poss} hat in {poss} hands","g"),("someone gives {np} a flower and thanks {obj}","g")]
P={"f":dict(subj="she",obj="her",poss="her",refl="herself"),"m":dict(subj="he",obj="him",poss="his",refl="himself")}
F=["an old woman","a young Chinese woman","a little girl","a Kenyan lady","a female pilot","a black woman"]; M=["an old man","a young Chinese man","a little boy","a Kenyan gentleman","a male pilot","a black man"]
for _ in range(300):
    i=R.randrange(len(F)); s,_x=R.choice(S); a=s.format(np=F[i],**P["f"]); b=s.format(np=M[i],**P["m"]); out.append(("pronoun",a,b))
# two people
for _ in range(200):
    a,b,c,d=R.sample(AEG,4); t=R.choice(["{} and {} dancing","{} next to {} on a sofa","{} teaching {} to swim","a selfie of {} with {}"]); out.append(("two",t.format(a,b),t.format(c,d)))
# mention under person: bare person vs described
N=[("a person",AEG+AG+EG+["an old person","a Japanese person","a woman","a man","a guy","an elderly person","a young adult"])]
for _ in range(400):
    b=R.choice(N[0][1]); add("mention",R.choice(T),"a person",b)
for _ in range(200):
    r=R.choice(ROLES); b=role(R.choice(AGE_ROLE+ETH_ROLE+G_ROLE),r); add("mention-role",R.choice(T),"a "+r,b)


def classes(prompts, cover):
    """Template, N and members of every prompt."""
    done = subprocess.run([sys.argv[1], "explain", "--stdin", "--cover", cover], input="\n".join(prompts) + "\n", capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return [(one.get("template"), one.get("n"), tuple(one.get("members") or [])) for one in answers]


for cover in ("mentioned", "person"):
    rows = [row for row in out if row[0].startswith("mention") == (cover == "person")]
    first, second = (classes([row[side] for row in rows], cover) for side in (1, 2))
    total, unequal = Counter(row[0] for row in rows), Counter()
    for row, a, b in zip(rows, first, second):
        if a != b or a[0] is None:
            unequal[row[0]] += 1
            print(*row, a[:2], b[:2], sep="\t")
    for group in total:
        print(f"# {cover}, {group}: {unequal[group]} of {total[group]}")
    print(f"# {cover}: {sum(unequal.values())} of {len(rows)} unequal = {100 * sum(unequal.values()) / len(rows):.2f} %")
