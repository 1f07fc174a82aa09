//! What the fonts of a file say about the characters behind their codes, and where the library under
//! this reader would guess.

use lopdf::{Dictionary, Document, Object, Stream};
use pdfplumber_parse::{CMap, CharEvent};
use std::collections::{HashMap, HashSet};

/// Fonts whose codes are glyph numbers. The library takes a number for a character's code where the
/// font has no map, or its map has no entry, which makes other characters of them.
pub(super) struct Fonts {
    /// By the name events carry: the maps of the fonts of that name, `None` for a font without one.
    numbered: HashMap<String, Vec<Option<CMap>>>,
    /// Names of embedded fonts with codes of their own that nothing explains.
    untold: HashSet<String>,
}

impl Fonts {
    pub fn of(file: &Document) -> Self {
        let mut numbered: HashMap<String, Vec<Option<CMap>>> = HashMap::new();
        let mut untold = HashSet::new();
        for font in file.objects.values().filter_map(|object| object.as_dict().ok()) {
            untold.extend(untold_font(file, font));
            let Some(name) = numbered_font(file, font) else { continue };
            let map = resolved(file, font, b"ToUnicode").and_then(|o| o.as_stream().ok());
            let map = map.and_then(|stream| CMap::parse(&content(stream)?).ok());
            numbered.entry(name).or_default().push(map);
        }
        Fonts { numbered, untold }
    }

    /// The text of a character; `None` where the file does not tell it.
    pub fn text(&self, event: &CharEvent) -> Option<String> {
        let given = event.unicode.as_deref().filter(|text| !text.starts_with("(cid:"));
        let Some(maps) = self.numbered.get(&event.font_name) else {
            let told = given.filter(|_| !self.untold.contains(&event.font_name));
            return told.map(str::to_owned);
        };
        let mut found: Option<&str> = None;
        for map in maps {
            let text = match map {
                Some(map) if map.is_identity() => given,
                Some(map) => map.lookup(event.char_code),
                None => None,
            };
            // Two fonts of one name that disagree tell nothing.
            if text.is_some() && found.is_some() && text != found {
                return None;
            }
            found = found.or(text);
        }
        found.map(str::to_owned)
    }
}

/// The name under which the characters of a font come whose codes are glyph numbers of no registered
/// collection.
fn numbered_font(file: &Document, font: &Dictionary) -> Option<String> {
    if name(file, font, b"Subtype") != Some(b"Type0") {
        return None;
    }
    let encoding = resolved(file, font, b"Encoding")?;
    if !matches!(encoding.as_name(), Ok(b"Identity-H" | b"Identity-V")) {
        return None;
    }
    let below = descendant(file, font)?;
    let info = resolved(file, below, b"CIDSystemInfo").and_then(|o| o.as_dict().ok());
    let ordering = info.and_then(|info| resolved(file, info, b"Ordering")?.as_str().ok());
    if matches!(ordering, Some(b"GB1" | b"CNS1" | b"Japan1" | b"Korea1")) {
        return None;
    }
    let descriptor = resolved(file, below, b"FontDescriptor").and_then(|o| o.as_dict().ok());
    let name = descriptor.and_then(|d| name(file, d, b"FontName"));
    Some(name.map_or("unknown".into(), |name| String::from_utf8_lossy(name).into_owned()))
}

/// The names of a font of one-byte codes that is embedded with an order of its own: without encoding
/// and map, code 0x31 may stand for any character (ISO 32000-1, 9.6.6.2 and 9.6.6.4).
fn untold_font(file: &Document, font: &Dictionary) -> Vec<String> {
    let kind = name(file, font, b"Subtype");
    let explained = font.has(b"ToUnicode") || font.has(b"Encoding");
    if !matches!(kind, Some(b"Type1" | b"MMType1" | b"TrueType" | b"Type3")) || explained {
        return Vec::new();
    }
    let descriptor = resolved(file, font, b"FontDescriptor").and_then(|o| o.as_dict().ok());
    let embedded = descriptor
        .is_some_and(|d| [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|f| d.has(f)));
    // Flag 6: a font of the standard Latin characters in their standard order.
    let flags = descriptor.and_then(|d| resolved(file, d, b"Flags")?.as_i64().ok()).unwrap_or(0);
    if kind != Some(b"Type3") && (!embedded || flags & 1 << 5 != 0) {
        return Vec::new();
    }
    let names =
        [name(file, font, b"BaseFont"), descriptor.and_then(|d| name(file, d, b"FontName"))];
    names.into_iter().flatten().map(|n| String::from_utf8_lossy(n).into_owned()).collect()
}

/// Encodings whose codes are UTF-16 itself, which the library takes for GBK and the like.
fn is_utf16(encoding: &[u8]) -> bool {
    let base = encoding.strip_suffix(b"-H").or(encoding.strip_suffix(b"-V")).unwrap_or(encoding);
    [
        &b"UniGB-UCS2"[..],
        b"UniGB-UTF16",
        b"UniCNS-UCS2",
        b"UniCNS-UTF16",
        b"UniKS-UCS2",
        b"UniKS-UTF16",
        b"UniJIS-UCS2",
        b"UniJIS-UTF16",
        b"UniGB-UCS2-HW",
        b"UniJIS-UCS2-HW",
    ]
    .contains(&base)
}

/// The file with its UTF-16 fonts rewritten as fonts whose codes are characters; `None` where there is
/// none.
pub(super) fn mended(file: &Document) -> Option<Vec<u8>> {
    let utf16 = |object: &Object| {
        let font = object.as_dict().ok();
        font.filter(|font| name(file, font, b"Subtype") == Some(b"Type0"))
            .and_then(|font| name(file, font, b"Encoding"))
            .is_some_and(is_utf16)
    };
    let found: Vec<_> = file.objects.iter().filter(|(_, o)| utf16(o)).map(|(id, _)| *id).collect();
    if found.is_empty() {
        return None;
    }
    let mut mended = file.clone();
    let map = mended.add_object(Stream::new(Dictionary::new(), IDENTITY.to_vec()));
    for id in found {
        let Ok(font) = file.get_dictionary(id) else { continue };
        let vertical = name(file, font, b"Encoding").is_some_and(|e| e.ends_with(b"-V"));
        let Some(mut below) = descendant(file, font).cloned() else { continue };
        if let Some(widths) = ascii_widths(file, &below) {
            below.set("W", vec![Object::Integer(0x20), Object::Array(widths)]);
        } else {
            below.remove(b"W");
        }
        let below = mended.add_object(below);
        let Ok(font) = mended.get_dictionary_mut(id) else { continue };
        let encoding = if vertical { "Identity-V" } else { "Identity-H" };
        font.set("Encoding", Object::Name(encoding.into()));
        font.set("ToUnicode", Object::Reference(map));
        font.set("DescendantFonts", vec![Object::Reference(below)]);
    }
    let mut bytes = Vec::new();
    mended.save_to(&mut bytes).ok()?;
    Some(bytes)
}

/// Says of every code that it is the character.
const IDENTITY: &[u8] = b"begincmap 1 begincidrange <0000> <FFFF> 0 endcidrange endcmap";

/// Widths of the characters from space to tilde: in all registered collections numbers 1 to 95.
fn ascii_widths(file: &Document, font: &Dictionary) -> Option<Vec<Object>> {
    let listed = resolved(file, font, b"W")?.as_array().ok()?;
    let number = |o: &Object| resolve(file, o).as_float().ok();
    let default = resolved(file, font, b"DW").and_then(number).unwrap_or(1000.0);
    let mut widths = vec![default; 95];
    let mut put = |cid: usize, width: f32| {
        if let Some(slot) = cid.checked_sub(1).and_then(|at| widths.get_mut(at)) {
            *slot = width;
        }
    };
    let mut rest = listed.as_slice();
    while let [first, second, after @ ..] = rest {
        let first = number(first)? as usize;
        if let Ok(each) = resolve(file, second).as_array() {
            each.iter().enumerate().for_each(|(i, w)| put(first + i, number(w).unwrap_or(default)));
            rest = after;
        } else {
            let [width, after @ ..] = after else { break };
            let last = number(second)? as usize;
            (first..=last.min(95)).for_each(|cid| put(cid, number(width).unwrap_or(default)));
            rest = after;
        }
    }
    Some(widths.into_iter().map(Object::Real).collect())
}

fn descendant<'a>(file: &'a Document, font: &'a Dictionary) -> Option<&'a Dictionary> {
    let all = resolved(file, font, b"DescendantFonts")?.as_array().ok()?;
    resolve(file, all.first()?).as_dict().ok()
}

/// The content of a stream, unpacked.
pub(super) fn content(stream: &Stream) -> Option<Vec<u8>> {
    if stream.dict.has(b"Filter") {
        stream.decompressed_content().ok()
    } else {
        Some(stream.content.clone())
    }
}

fn name<'a>(file: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    resolved(file, of, key)?.as_name().ok()
}

/// The value of a key, references followed.
pub(super) fn resolved<'a>(
    file: &'a Document,
    of: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    Some(resolve(file, of.get(key).ok()?))
}

pub(super) fn resolve<'a>(file: &'a Document, object: &'a Object) -> &'a Object {
    file.dereference(object).map_or(object, |(_, object)| object)
}
