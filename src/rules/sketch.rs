//! A sketch of a report's text, by which the few reports like it are found among thousands without
//! comparing each with each: MinHash over runs of characters (Broder 1997; Leskovec, Rajaraman, Ullman,
//! Mining of Massive Datasets, ch. 3).
//!
//! Sketches are kept, so the numbers here never change: the same text gives the same sketch for ever.

use super::{Case, likeness, xy_08_shared_text};

/// Numbers in a sketch. Of two texts that have the share `j` of all their runs in common, about the
/// share `j` of the numbers is equal, each at its own position.
pub const SKETCH: usize = 128;
/// Characters in a run.
const RUN: usize = 5;

/// The sketch of a report's own words; empty where there are too few of them for likeness to mean
/// anything, and where the site has switched off the rule that it is for.
pub fn sketch(case: &Case) -> Vec<u32> {
    if case.settings.off.iter().any(|code| code == xy_08_shared_text::RULE.code) {
        return Vec::new();
    }
    let words = likeness::words(case);
    match words.len() < likeness::LEAST {
        true => Vec::new(),
        false => of(&words),
    }
}

fn of(words: &[char]) -> Vec<u32> {
    let mut minima = [u32::MAX; SKETCH];
    for run in words.windows(RUN) {
        let run = run.iter().fold(0, |hash, c| mixed(hash ^ u64::from(u32::from(*c))));
        for (minimum, (factor, offset)) in minima.iter_mut().zip(&PERMUTATIONS) {
            let hash = (run as u32).wrapping_mul(*factor).wrapping_add(*offset);
            *minimum = (*minimum).min(hash);
        }
    }
    minima.to_vec()
}

/// Multiply-shift permutations of 32 bits: an odd factor and an offset each.
static PERMUTATIONS: [(u32, u32); SKETCH] = {
    let mut all = [(0, 0); SKETCH];
    let mut at = 0;
    while at < all.len() {
        let random = mixed(at as u64 + 1);
        all[at] = ((random >> 32) as u32 | 1, random as u32);
        at += 1;
    }
    all
};

/// SplitMix64 (Steele, Lea, Flood 2014).
const fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text of its own: characters that follow from a seed.
    fn text(seed: u64, length: usize) -> Vec<char> {
        let at = |n: usize| mixed(mixed(seed) ^ n as u64) % 3_000;
        (0..length).map(|n| char::from_u32(0x4e00 + at(n) as u32).expect("a character")).collect()
    }

    /// Two texts that share so many of a thousand characters, in passages of fifty.
    fn pair(seed: u64, shared: usize) -> [Vec<char>; 2] {
        [1, 2].map(|of| {
            let passages = (0..20u64).flat_map(|n| {
                let common = ((n as usize) * 50) < shared;
                text(if common { seed * 100 + n } else { mixed(seed * 100 + n) ^ of }, 50)
            });
            passages.collect()
        })
    }

    fn equal(pair: [Vec<char>; 2]) -> usize {
        let [a, b] = pair.map(|text| of(&text));
        a.iter().zip(&b).filter(|(a, b)| a == b).count()
    }

    #[test]
    fn a_sketch_never_changes() {
        let sketch = of(&text(7, 400));
        assert_eq!(sketch.len(), SKETCH);
        assert_eq!(sketch[..4], [16_897_973, 5_114_702, 2_332_141, 31_097_130]);
    }

    #[test]
    fn texts_alike_have_numbers_in_common_and_others_have_none() {
        let counts = |shared| (1..=300).map(move |seed| equal(pair(seed, shared)));
        assert!(counts(1_000).all(|equal| equal == SKETCH));
        let found = counts(600).filter(|&equal| equal >= SKETCH / 4).count();
        assert!(found >= 297, "{found} of 300");
        assert!(counts(0).all(|equal| equal <= 1));
    }
}
