//! Prompts in other languages: "un vieux moulin", "una vieja bicicleta", "ein altes Fachwerkhaus".

use std::ops::Range;

use super::grammar::is_in;
use crate::tokens::Token;

/// Adjectives of age beside a thing; the lists have them as persons ("un vieux").
pub(super) fn things(tokens: &[Token], spans: &mut Vec<(Range<usize>, &'static str)>) {
    let thing = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| is_in(THINGS, &token.text))
    };
    for (at, token) in tokens.iter().enumerate() {
        let described =
            is_in(AGED, &token.text) && (thing(Some(at + 1)) || thing(at.checked_sub(1)));
        if described || is_in("playa playas", &token.text) && is_foreign(tokens) {
            spans.push((at..at + 1, OF_A_THING));
        }
    }
}

/// Whether the little words are of another language, and none is English.
pub(super) fn is_foreign(tokens: &[Token]) -> bool {
    let count = |list: &'static str| {
        tokens.iter().filter(|token| !token.capital && is_in(list, &token.text)).count()
    };
    count(ONLY_ABROAD) + count(LITTLE) / 2 > 0
        && !tokens
            .iter()
            .any(|token| is_in("the with of and from at by for over under on is an", &token.text))
}

const OF_A_THING: &str = "describes a thing";
const ONLY_ABROAD: &str = "und ein eine einer einem einen auf mit dem une dans avec sur junto della sulla nella uma unter neben junto luz con sous";
const LITTLE: &str = "der die das im bei uber le la les des du de au aux sous et un una el los las sobre il del nel em na da ao luz y o em com";
const AGED: &str = "vieux vieil vieille vieilles viejo vieja viejos viejas anciano anciana velho velha velhos velhas idoso idosa vecchio vecchia \
vecchi vecchie anziano anziana alte alter altes alten altem jeune jeunes joven jovenes jovem jovens negro negra negros negras moreno morena giovane giovani junge junger \
junges jungen";
/// Things of landscapes, towns, houses and kitchens in French, Spanish, Italian, Portuguese and German. Tokens have no accents.
const THINGS: &str = "perro perros gato gatos caballo vaca pajaro toro chien chat cheval vache oiseau cane gatto cavallo uccello cachorro cavalo \
hund katze pferd kuh vogel moulin ville eglise maison maisons pont chateau arbre arbres rue village port barque bateau velo voiture porte fenetre mur \
murs tour ferme grange gare cafe pierre pierres table chaise livre livres lampe horloge montre camion tracteur train quartier jardin \
cimetiere phare quai marche puits toit escalier souche chene olivier vigne usine hangar cabane chapelle abbaye banc lit armoire \
valise chapeau tableau piano violon photo bicicleta casa casas puente iglesia bosque arbol arboles barco calle pueblo molino castillo \
coche puerta ventana muro torre granja estacion piedra mesa silla libro libros lampara reloj camion tren barrio jardin cementerio \
faro muelle mercado pozo tejado escalera roble olivo fabrica cabana capilla catedral banco cama armario maleta sombrero cuadro ciudad \
ponte chiesa mulino castello strada porta albero alberi barca citta borgo bicicletta macchina finestra torre fattoria stazione pietra \
tavolo sedia lampada orologio camion treno quartiere giardino cimitero molo mercato pozzo tetto scala quercia ulivo fabbrica \
capanna cappella panchina letto armadio valigia cappello quadro nave faro moinho igreja cidade aldeia arvore arvores rua barco ponte \
janela fazenda estacao pedra mesa cadeira livro livros candeeiro relogio comboio trem bairro jardim cemiterio farol cais poco telhado \
escada carvalho oliveira capela cama mala chapeu predio navio carro porto castelo muhle haus hauser brucke kirche baum baume \
strasse dorf schloss burg boot schiff fahrrad auto tur fenster mauer turm scheune bahnhof stein steine tisch stuhl buch bucher lampe uhr \
traktor zug stadt garten friedhof leuchtturm brunnen dach treppe eiche fabrik hutte kapelle bank bett schrank koffer hut bild \
fachwerkhaus wald gasse hafen";
