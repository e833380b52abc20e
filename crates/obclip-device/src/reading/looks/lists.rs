//! Words of looks: parts of a head and a skin, colours, what they are compared with.

pub(super) const EYES_AND_HAIR: &str = "eyes irides irises peepers een eyebrows eyebrow brows eyelashes lashes hair hairs curls ringlets tresses \
beard beards moustache mustache moustaches goatee whiskers sidewhiskers sideburns stubble braids braid plaits plait pigtails \
ponytail ponytails twintails dreadlocks dreads locs cornrows chignon pompadour buzzcut crewcut earlocks sidelocks forelock \
sidecurls payot peyot hairline bouffant forelocks hairdos hairstyle hairstyles headful eyelash afro mullet quiff mohawk topknot manbun haircut hairdo toupee wig wigs cowlick locks";
pub(super) const LOOSE_HAIR: &str = "lob lobs fro twists pixie knot gaze stare mo tache stache tash weave sideburn dreadlock cornrow \
curtains flattop blowout beehive mopped lovelocks bun buns bob bobs crop fringe bangs mane manes roots tips ends temples mop fuzz frizz fluff streak \
streaks highlights lowlights waves strands wisps tufts tuft coils perm rinse updo undercut fade shag pageboy bristles braiding \
drills pigtail thatch halo spikes hawk layers extensions knots puffs plume tendrils tail tails iris";
pub(super) const SKIN: &str = "cheek cheeks shoulder shoulders arm arms forearm forearms hand hands face faces neck necks nape throat nose \
noses scalp pate knees knee legs leg shins thighs torso body bodies brow forehead foreheads ears jowls chin wrist wrists fingers \
knuckles bosom belly flesh decolletage midriff calves visage countenance jaw limbs feet toes backs tan tans palms fists breasts \
chests elbows ankles";
/// What skin is compared with before a part of the body.
pub(super) const HIDES: &str = "oiled steak liver plum peach conker pewter clay putty walnut leather mahogany teak ebony copper bronze ivory alabaster porcelain parchment ochre chestnut honey \
caramel chocolate cocoa coffee cinnamon nutmeg toffee mocha espresso almond hazelnut marble wax waxen milk clay terracotta brick \
oak cedar cherry apple rose raspberry beetroot tomato lobster prawn biscuit sand sienna umber obsidian onyx jet coal charcoal \
tangerine saddle";
pub(super) const COLOURS: &str = "bloodshot ombre streaky honey balayage silvered greyed grayed goldened gilt gilded wheaten wheat tow-coloured bleu icyblue raven-black darkish \
lightish blond-brown rusted rusty sandy-coloured platinumed bluish black white red green blue brown grey gray yellow orange pink purple violet lilac lavender mauve magenta \
crimson scarlet vermilion maroon burgundy claret ruby russet rust auburn ginger copper coppery chestnut hazel amber gold golden \
honeyed taupe puce sandy straw flaxen blond blonde platinum silver silvery ash ashen ashy pewter steel slate gunmetal charcoal jet ebony \
sable raven inky sooty pitch midnight navy indigo cobalt azure cerulean sapphire turquoise teal aqua aquamarine cyan cornflower \
periwinkle jade emerald olive lime mint peridot mossy moss khaki chartreuse bronze bronzed brazen tan tanned tawny fawn beige \
buff ecru cream creamy greyer grayer blacker whiter redder paler darker browner fairer ivory pearl pearly chalky milky snowy alabaster porcelain pale pallid dark dusky swarthy swart fair light \
ruddy rosy roseate florid rubicund flushed sallow pasty waxen livid peach peachy rose apricot coral salmon fuchsia plum puce wine ochre \
umber sienna terracotta mahogany walnut caramel chocolate cocoa coffee mocha espresso cinnamon nutmeg toffee treacle butterscotch \
bleached peroxide dyed hennaed sunbleached multicoloured multicolored rainbow neon pastel opal topaz onyx obsidian lapis \
malachite garnet carnelian absinthe smoky faded reddened sunburnt sunburned freckled pepper salted saffron mustard \
lemon tangerine carroty foxy strawberry titian mousy mouse dun drab colourless greying graying whitened yellowed aflame ablaze";
/// Modifiers of eyes, hair and skin that say no colour, beside a colour.
pub(super) const QUALITIES: &str = "set marcelled finger-waved waist hip chin length liberty victory split money steady level washed blown \
glassy watery penetrating unblinking oiled wild long short curly wavy straight frizzy braided plaited spiky shaggy messy wild thick bushy flowing cropped \
shaved shaven streaked tousled untidy wispy tangled matted cascading slick slicked back wet dirty bright deep big small huge wide \
large tiny round almond shaped flecked ringed rimmed speckled striped tipped tinted toned dyed dip coloured colored soft hard \
burnt melted polished spun old young new dead fine coarse wiry neat trim full heavy twin double loose tight bare naked furrowed \
weathered wrinkled lined sunken hollow hooded narrow broad fleshy plump chubby bony gnarled calloused cracked chapped rough smooth \
greasy oily shiny glossy lustrous gleaming glowing piercing vivid brilliant dazzling startling striking intense electric mismatched \
knee finger contact acid dusty dusky high low warm cool cold icy misty stormy rheumy clouded cloudy hazy half lit spotted painted baked peeled \
handlebar walrus widow forked oiled waxed permed feathered crimped layered blunt swept side natural cracked and";
/// Modifiers that are nouns and no colours: "glass eyes", "bedroom eyes".
pub(super) const PLAIN: &str = "kind glass button bedroom baby child body face hand girl boy cat dog bird eagle hawk fish doe deer wolf tiger lion snake \
cow horse camel goat evil bug insect shark owl doll puppet human animal facial chest pubic head arm leg nose ear back front \
bed pin needle camera spy mind people crowd potato storm hurricane angel devil cartoon anime manga heart star laser robot puppy \
kitten demon alien monster stick clock chair table left right tear tears eye eyes hair beard braid shoulder top goat weave wedding \
party hat ribbon flower flowers feather cloth pen smile makeup mascara mouth look lip lips band bead beads business work school pair \
set army police ghost key queen king princess prince rat fox duck spring crew bowl buzz pixie";
/// What may stand between hair or eyes and the colour.
pub(super) const LINKS: &str = "has have had become became went being been half less more too stayed kept turns grew grown remains shines shining gleaming gleam is are was were be still now all gone going turned turning dyed tinted bleached streaked shot tipped rinsed \
singed clouded flecked threaded burnt lit painted a with through by in to two almost nearly so very flash blazed glow glowing \
showing peeling only half cracked chapped and mostly entirely completely both";
pub(super) const DEGREES_OF_TONE: &str = "powdered coal chalk deep dark light medium warm rich high pale golden burnt ochre acorn nut lobster crisped";
pub(super) const DYED: &str = "dyed tinted rinsed bleached hennaed";
pub(super) const WEATHERED: &str = "baked bitten burned burnt browned bronzed coppered crisped cracked cured dark darkened freckled kissed leathered \
peeled pinked reddened roughened roasted scorched seared spotted struck tanned toasted toughened weathered withered wizened chapped \
burnished blistered scoured whipped stung nipped blasted beaten ripened hardened brown pink red";
pub(super) const FOREIGN_HAIR: &str = "pelo cabello cabellos ojos trenza trenzas barba bigote cheveux yeux barbe tresses capelli occhi baffi cabelo \
cabelos olhos barba rambut mata volosy glaza wlosy oczy saclar gozler";
pub(super) const FOREIGN_SKIN: &str = "piel tez peau teint pelle carnagione pele kulit koza skora";
pub(super) const WEATHERS: &str = "sun wind snow frost weather sea salt age liver tar";
pub(super) const AGES: &str = "twenty thirty forty fifty sixty twenty-five 20 25 30 35 40";
pub(super) const OF_HAIR: &str = "irised rooted tressed lashed browed ringletted ringleted dreadlocked quiffed bunned cropped templed plaited stubbled goateed \
wigged mopped fuzzed tufted maned haired bearded whiskered fringed";
pub(super) const OF_SKIN: &str = "cheeked toned tinted faced jowled nosed kneed knuckled armed necked throated handed shouldered skinned hued";
pub(super) const SKIN_TONES: &str = "tawny sienna brown black dark red gold golden grey gray white fair pale pink bronze tan tanned tawny copper \
mahogany ebony olive silver ruddy ivory umber ochre";
pub(super) const MATERIALS: &str = "icy steely wintry glacial flinty stormy smoky ash coal ink jet pitch honey amber sloe peat moss fern forest sea ice sky storm rain rainwater slate flint \
granite steel iron pewter silver gold copper brass bronze rust brick clay sand straw wheat barley corn hay flax butter cream milk \
chalk snow salt bone ivory pearl opal jade topaz sapphire emerald ruby garnet lapis onyx obsidian peridot kohl cocoa coffee tea \
toffee caramel treacle molasses maple syrup whisky brandy cognac chestnut hazelnut walnut almond acorn nut nutmeg cinnamon clove \
ginger mustard saffron turmeric paprika henna wine plum cherry berry raspberry strawberry peach apricot olive pistachio lime mint \
sage thyme lichen bottle glass ocean river lake lagoon denim indigo cornflower violet lilac lavender rose poppy bluebell forget";
