//! A document set on pages and written as OFD, in the hands of different writers.

use nianbao::document::{Block, Cell, Document, Table};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};

/// How a writer puts characters down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Letters {
    /// A line of text per object, equal distances in runs: `g 3 4.2`.
    Runs,
    /// A line of text per object, every distance written out, with glyph mappings.
    Mapped,
    /// An object per character, in points under a matrix.
    Single,
    /// A line per object without distances, a `TextCode` for every stretch of one kind of letters.
    Stretches,
}

/// How a writer rules cells off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lines {
    Stroked,
    /// Thin filled shapes.
    Filled,
    /// A closed path around every cell, under a matrix.
    Boxes,
    /// On a template under the page.
    Template,
}

pub const HANDS: [(Letters, Lines); 4] = [
    (Letters::Runs, Lines::Stroked),
    (Letters::Mapped, Lines::Filled),
    (Letters::Single, Lines::Boxes),
    (Letters::Stretches, Lines::Template),
];

// Millimetres, as an official paper is set.
const PAGE: (f64, f64) = (210.0, 297.0);
const LEFT: f64 = 28.0;
const WIDTH: f64 = 156.0;
const TOP: f64 = 37.0;
const BOTTOM: f64 = 262.0;
const BODY: (f64, f64) = (5.6443, 9.9);
const TITLE: (f64, f64) = (7.761, 12.0);
const CELL: (f64, f64) = (3.7042, 4.7);
/// Between a cell's border and its text.
const INSET: f64 = 1.0;
const POINT: f64 = 25.4 / 72.0;

/// A line of text: left end, base line, type size.
type Line = (f64, f64, f64, String);

/// What stands on one page.
#[derive(Default)]
struct Sheet {
    lines: Vec<Line>,
    /// Cells ruled off, in thousandths: left, top, right, bottom.
    boxes: BTreeSet<[i64; 4]>,
}

/// Sets blocks on pages, one under the other.
struct Setter {
    sheets: Vec<Sheet>,
    y: f64,
}

fn width(c: char, size: f64) -> f64 {
    if c.is_ascii() { size / 2.0 } else { size }
}

/// Breaks a text into lines of a width, the first one indented.
fn broken(text: &str, size: f64, room: f64, indent: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = indent;
    for c in text.chars() {
        if c == '\n' || used + width(c, size) > room {
            lines.push(String::new());
            used = 0.0;
        }
        if c != '\n' {
            used += width(c, size);
            lines.last_mut().expect("one").push(c);
        }
    }
    lines
}

fn length(line: &str, size: f64) -> f64 {
    line.chars().map(|c| width(c, size)).sum()
}

impl Setter {
    fn page(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    fn sheet(&mut self) -> &mut Sheet {
        self.sheets.last_mut().expect("a page")
    }

    fn paragraph(&mut self, text: &str, title: bool) {
        let (size, pitch) = if title { TITLE } else { BODY };
        let indent = if title { 0.0 } else { 2.0 * size };
        for (nth, line) in broken(text, size, WIDTH, indent).into_iter().enumerate() {
            if self.y + pitch > BOTTOM {
                self.page();
            }
            let x = match (title, nth) {
                (true, _) => LEFT + (WIDTH - length(&line, size)) / 2.0,
                (false, 0) => LEFT + indent,
                (false, _) => LEFT,
            };
            let base = self.y + 0.86 * size;
            self.sheet().lines.push((x, base, size, line));
            self.y += pitch;
        }
    }

    fn table(&mut self, table: &Table) {
        let column = WIDTH / f64::from(table.columns);
        let (size, pitch) = CELL;
        let lines = |cell: &Cell| {
            let room = column * f64::from(cell.column_span) - 2.0 * INSET;
            broken(&cell.text.clean, size, room, 0.0)
        };
        let mut heights = vec![pitch + 2.0 * INSET; table.rows as usize];
        for cell in &table.cells {
            let rows = cell.row as usize..(cell.row + cell.row_span) as usize;
            let needed = pitch * lines(cell).len() as f64 + 2.0 * INSET;
            let missing = needed - heights[rows.clone()].iter().sum::<f64>();
            heights[rows.end - 1] += missing.max(0.0);
        }
        let mut begin = 0;
        let mut rest: Vec<(usize, Vec<String>)> = Vec::new();
        while begin < heights.len() {
            if self.y + heights[begin] > BOTTOM {
                self.page();
            }
            let (top, mut end) = (self.y, begin);
            let mut edges = vec![top];
            while end < heights.len() && edges[end - begin] + heights[end] <= BOTTOM {
                edges.push(edges[end - begin] + heights[end]);
                end += 1;
            }
            assert!(end > begin, "a row higher than the page");
            for (at, cell) in table.cells.iter().enumerate() {
                let from = (cell.row as usize).max(begin);
                let to = ((cell.row + cell.row_span) as usize).min(end);
                if from >= to {
                    continue;
                }
                let left = LEFT + column * f64::from(cell.column);
                let right = left + column * f64::from(cell.column_span);
                let (top, bottom) = (edges[from - begin], edges[to - begin]);
                let area = [left, top, right, bottom].map(|v| (v * 1000.0).round() as i64);
                self.sheet().boxes.insert(area);
                let own = match rest.iter().position(|(cell, _)| *cell == at) {
                    Some(found) => rest.remove(found).1,
                    None if from == cell.row as usize => lines(cell),
                    None => Vec::new(),
                };
                let room = ((bottom - top - 2.0 * INSET + 0.01) / pitch) as usize;
                let ends = (cell.row + cell.row_span) as usize <= end;
                let here = if ends { own.len() } else { own.len().min(room) };
                let mut y = top + (bottom - top - pitch * here as f64) / 2.0;
                for line in &own[..here] {
                    let x = left + (right - left - length(line, size)) / 2.0;
                    let base = y + (pitch - size) / 2.0 + 0.86 * size;
                    self.sheet().lines.push((x, base, size, line.clone()));
                    y += pitch;
                }
                if here < own.len() {
                    rest.push((at, own[here..].to_vec()));
                }
            }
            self.y = *edges.last().expect("one");
            begin = end;
        }
        self.y += 4.0;
    }
}

/// The document as an OFD file.
pub fn ofd(document: &Document, (letters, lines): (Letters, Lines)) -> Vec<u8> {
    let mut setter = Setter { sheets: Vec::new(), y: 0.0 };
    setter.page();
    for (nth, block) in document.blocks.iter().enumerate() {
        match block {
            Block::Table(table) => setter.table(table),
            other => {
                if let Some(text) = other.text().filter(|text| !text.is_blank()) {
                    setter.paragraph(&text.clean, nth == 0);
                }
            }
        }
    }
    let mut parts: Vec<(String, String)> = Vec::new();
    let (mut templates, mut pages) = (String::new(), String::new());
    for (at, mut sheet) in setter.sheets.into_iter().enumerate() {
        let number = format!("- {} -", at + 1);
        let x = (PAGE.0 - length(&number, 4.9)) / 2.0;
        sheet.lines.push((x, 281.0, 4.9, number));
        let text: String = sheet.lines.iter().map(|line| written(line, letters)).collect();
        let ruled = ruled(&sheet.boxes, lines);
        let (used, ruled) = match lines {
            Lines::Template => {
                let id = 1000 + at;
                templates += &format!(
                    r#"<ofd:TemplatePage ID="{id}" BaseLoc="Tpls/Tpl_{at}/Content.xml" ZOrder="Background"/>"#
                );
                let content =
                    format!("<ofd:Content><ofd:Layer ID=\"1\">{ruled}</ofd:Layer></ofd:Content>");
                parts.push((format!("Doc_0/Tpls/Tpl_{at}/Content.xml"), root("Page", &content)));
                (format!(r#"<ofd:Template TemplateID="{id}" ZOrder="Background"/>"#), String::new())
            }
            _ => (String::new(), ruled),
        };
        let content = format!(
            "{used}<ofd:Content><ofd:Layer ID=\"2\" Type=\"Body\">{ruled}{text}</ofd:Layer></ofd:Content>"
        );
        parts.push((format!("Doc_0/Pages/Page_{at}/Content.xml"), root("Page", &content)));
        pages += &format!(r#"<ofd:Page ID="{}" BaseLoc="Pages/Page_{at}/Content.xml"/>"#, at + 1);
    }
    let body = "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>\
        <ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>";
    let (wide, high) = PAGE;
    let outline = format!(
        "<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 {wide} {high}</ofd:PhysicalBox>\
         </ofd:PageArea>{templates}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>"
    );
    parts.push(("Doc_0/Document.xml".into(), root("Document", &outline)));
    parts.insert(0, ("OFD.xml".into(), root("OFD", body)));
    let parts: Vec<_> = parts.into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    package(&parts)
}

/// Parts in a container.
pub fn package(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("in memory");
        zip.write_all(content).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

/// An element with the namespace declared.
pub fn root(name: &str, content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ofd:{name} xmlns:ofd=\"http://www.ofdspec.org/2016\">{content}</ofd:{name}>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn object(x: f64, top: f64, length: f64, size: f64, more: &str, inner: &str) -> String {
    let height = size * 1.1;
    format!(
        "<ofd:TextObject ID=\"9\" Boundary=\"{x:.4} {top:.4} {length:.4} {height:.4}\" Font=\"3\" \
         {more}>{inner}</ofd:TextObject>"
    )
}

fn written((x, base, size, line): &Line, letters: Letters) -> String {
    let top = base - 0.86 * size;
    let steps: Vec<f64> = line.chars().map(|c| width(c, *size)).collect();
    let whole: f64 = steps.iter().sum();
    let own = format!("Size=\"{size:.4}\"");
    let mut inner = String::new();
    match letters {
        Letters::Runs => {
            let between = &steps[..steps.len().saturating_sub(1)];
            let runs = between.chunk_by(|a, b| a == b).map(|run| match run.len() {
                1 => format!("{:.4}", run[0]),
                count => format!("g {count} {:.4}", run[0]),
            });
            let deltas = runs.collect::<Vec<_>>().join(" ");
            inner = code(0.0, base - top, &format!("DeltaX=\"{deltas}\""), line);
        }
        Letters::Mapped => {
            let count = line.chars().count();
            let glyphs: Vec<String> = (0..count).map(|n| (n + 7).to_string()).collect();
            let deltas: Vec<String> = steps.iter().map(|step| format!("{step:.3}")).collect();
            let deltas = deltas[..count.saturating_sub(1)].join(" ");
            inner = format!(
                "<ofd:CGTransform CodePosition=\"0\" CodeCount=\"{count}\" GlyphCount=\"{count}\">\
                 <ofd:Glyphs>{}</ofd:Glyphs></ofd:CGTransform>{}",
                glyphs.join(" "),
                code(0.0, base - top, &format!("DeltaX=\"{deltas}\""), line)
            );
        }
        Letters::Stretches => {
            let characters: Vec<char> = line.chars().collect();
            let mut at = 0.0;
            for stretch in characters.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
                let text: String = stretch.iter().collect();
                inner += &code(at, base - top, "", &text);
                at += length(&text, *size);
            }
        }
        Letters::Single => {
            let (mut out, mut at) = (String::new(), *x);
            for (c, step) in line.chars().zip(&steps) {
                let matrix =
                    format!("CTM=\"{POINT:.6} 0 0 {POINT:.6} 0 0\" Size=\"{:.3}\"", size / POINT);
                let code = code(0.0, (base - top) / POINT, "", &c.to_string());
                out += &object(at, top, *step, *size, &matrix, &code);
                at += step;
            }
            return out;
        }
    }
    object(*x, top, whole, *size, &own, &inner)
}

fn code(x: f64, y: f64, more: &str, text: &str) -> String {
    format!("<ofd:TextCode X=\"{x:.4}\" Y=\"{y:.4}\" {more}>{}</ofd:TextCode>", escaped(text))
}

fn ruled(boxes: &BTreeSet<[i64; 4]>, lines: Lines) -> String {
    let mm = |v: i64| v as f64 / 1000.0;
    let path = |frame: [f64; 4], more: &str, data: &str| {
        let [x, y, w, h] = frame;
        format!(
            "<ofd:PathObject ID=\"8\" Boundary=\"{x:.3} {y:.3} {w:.3} {h:.3}\" {more}>\
             <ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )
    };
    let mut out = String::new();
    let mut edges: BTreeSet<[i64; 4]> = BTreeSet::new();
    for &[left, top, right, bottom] in boxes {
        if lines == Lines::Boxes {
            let at = |v: i64| mm(v) / POINT;
            let (l, t, r, b) = (at(left), at(top), at(right), at(bottom));
            let matrix = format!("CTM=\"{POINT:.6} 0 0 {POINT:.6} 0 0\" LineWidth=\"0.5\"");
            let data = format!("M {l:.3} {t:.3} L {r:.3} {t:.3} L {r:.3} {b:.3} L {l:.3} {b:.3} C");
            out += &path([0.0, 0.0, PAGE.0, PAGE.1], &matrix, &data);
            continue;
        }
        edges.extend([[left, top, right, top], [left, bottom, right, bottom]]);
        edges.extend([[left, top, left, bottom], [right, top, right, bottom]]);
    }
    for edge in edges {
        let [x, y, right, bottom] = edge.map(mm);
        let (w, h) = (right - x, bottom - y);
        out += &match lines {
            Lines::Filled => {
                let data = format!(
                    "M 0 0 L {:.3} 0 L {:.3} {:.3} L 0 {:.3} C",
                    w + 0.18,
                    w + 0.18,
                    h + 0.18,
                    h + 0.18
                );
                let colour = "Fill=\"true\" Stroke=\"false\"><ofd:FillColor Value=\"0 0 0\"/";
                path([x - 0.09, y - 0.09, w + 0.18, h + 0.18], colour, &data)
            }
            _ => {
                let data = format!("M 0 0 L {w:.3} {h:.3}");
                path([x, y, w.max(0.25), h.max(0.25)], "LineWidth=\"0.25\"", &data)
            }
        };
    }
    out
}
