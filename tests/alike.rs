//! Texts of several bodies held against one another: who repeats whom is found, and nobody else.

mod report_kit;

use nianbao::edition::Editions;
use nianbao::rules::{Case, Circumstances, Prior, RuleSettings, SKETCH, sketch};
use nianbao::specimen::Specimen;
use report_kit::{Read, shared};

/// Numbers in common from which the store has two reports compared.
const COMPARED: usize = 32;

struct Text {
    name: String,
    read: Read,
    sketch: Vec<u32>,
}

impl Text {
    fn of(name: &str, bytes: &[u8]) -> Text {
        let read = Read::of(name, bytes);
        let (none, settings) = (Circumstances::default(), RuleSettings::default());
        let editions = Editions::embedded();
        let sketch = sketch(&Case::new(&read.document, &read.report, editions, &none, &settings));
        Text { name: name.to_string(), read, sketch }
    }

    fn own(name: &str, patches: &str) -> Text {
        let specimen = Specimen::patched(Editions::embedded(), patches).expect("a patch");
        Text::of(&format!("{name}.txt"), specimen.to_text().as_bytes())
    }

    fn common(&self, other: &Text) -> usize {
        self.sketch.iter().zip(&other.sketch).filter(|(a, b)| a == b).count()
    }

    /// What XY-08 says of it beside the other.
    fn told(&self, other: &Text) -> Vec<String> {
        let alike = Some(vec![Prior::from(other.read.judged())]);
        let circumstances = Circumstances { alike, ..Circumstances::default() };
        let verdict = self.read.judged_under(&circumstances, &RuleSettings::default());
        let found = verdict.findings.into_iter().filter(|f| f.code == "XY-08");
        found.map(|f| f.message.zh).collect()
    }
}

fn pairs(texts: &[Text]) -> impl Iterator<Item = (&Text, &Text)> {
    let all = texts.iter().enumerate();
    all.flat_map(|(at, a)| {
        texts.iter().enumerate().filter(move |(n, _)| *n != at).map(move |(_, b)| (a, b))
    })
}

/// A text of its own: so many sentences of thirty characters that follow from a seed.
fn sentences(seed: u64, count: u64) -> Vec<String> {
    let character = |at: u64| {
        let mixed = (seed * 1_000_003 + at).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        char::from_u32(0x4e00 + ((mixed ^ (mixed >> 29)) >> 16) as u32 % 3_000)
            .expect("a character")
    };
    let sentence = |n: u64| (n * 30..(n + 1) * 30).map(character).chain(['。']).collect();
    (0..count).map(sentence).collect()
}

#[test]
fn the_wordings_of_specimens_do_not_repeat_one_another_and_copies_of_each_do() {
    let of = |office: &str, wording: u32| {
        let plain = if wording == 0 { String::new() } else { format!("行文 = {wording}\n") };
        Text::own(office, &format!("{plain}替换 \"水利局\" => \"{office}\""))
    };
    let offices = ["水利局", "统计局", "农业农村局", "交通运输局", "文化和旅游局"];
    let texts: Vec<Text> = (0..5).map(|n| of(offices[n as usize], n)).collect();
    for (a, b) in pairs(&texts) {
        assert!(a.told(b).is_empty(), "{} {}: {:?}", a.name, b.name, a.told(b));
    }
    for (n, text) in texts.iter().enumerate() {
        let copy = of("民政局", n as u32);
        assert!(text.common(&copy) > SKETCH / 2, "{}: {}", text.name, text.common(&copy));
        let told = text.told(&copy);
        assert!(told.len() == 1 && told[0].contains("青禾县民政局"), "{told:?}");
    }
}

#[test]
fn what_is_told_when_compared_is_found_by_its_sketch() {
    let (mut told, mut missed, mut compared, mut apart) = (0, 0, 0, 0);
    for seed in 0..60 {
        let copied = seed % 21;
        let (one, mut other) = (sentences(seed, 20), sentences(seed + 1_000, 20));
        other[..copied as usize].clone_from_slice(&one[..copied as usize]);
        let of = |name: &str, text: &[String]| {
            let part = format!("2024年，{}", text.concat());
            Text::own(
                name,
                &format!(
                    "替换 \"水利局\" => \"{name}\"\n第一部分 = {part}\n第五部分 = 问题和改进另行说明。"
                ),
            )
        };
        let (one, other) = (of("统计局", &one), of("民政局", &other));
        let found = one.common(&other) >= COMPARED;
        match one.told(&other).is_empty() {
            false => (told, missed) = (told + 1, missed + usize::from(!found)),
            true => (apart, compared) = (apart + 1, compared + usize::from(found)),
        }
    }
    println!(
        "told {told}, of these not found {missed}; others {apart}, compared for nothing {compared}"
    );
    assert!(told >= 15 && apart >= 15, "{told} {apart}");
    assert_eq!(missed, 0);
}

#[test]
fn real_reports_of_different_bodies_do_not_repeat_one_another() {
    let mut texts = Vec::new();
    for folder in ["seeds", "reports"] {
        let Some(dir) = shared(folder) else { return };
        for entry in fs_err::read_dir(dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().to_string();
            if [".txt", ".pdf", ".html"].iter().any(|end| name.ends_with(end)) {
                texts.push(Text::of(&name, &fs_err::read(&path).expect("a file")));
            }
        }
    }
    assert!(texts.len() >= 8, "{}", texts.len());
    println!("numbers in common at most: {:?}", pairs(&texts).map(|(a, b)| a.common(b)).max());
    for (a, b) in pairs(&texts) {
        assert!(a.told(b).is_empty(), "{} {}: {:?}", a.name, b.name, a.told(b));
        assert!(a.common(b) < COMPARED, "{} {}: {}", a.name, b.name, a.common(b));
    }
}
