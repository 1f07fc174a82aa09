//! Columns that line up on a terminal, where a Chinese character is two cells wide.

use super::Style;
use unicode_width::UnicodeWidthStr;

/// Which side a column leans on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A head and rows of text, written with two spaces between columns. Control characters in a cell
/// are shown as `·`, so that a hostile file name cannot draw on the terminal.
#[derive(Clone, Debug)]
pub struct Grid {
    head: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    pub fn new(head: impl IntoIterator<Item = (impl Into<String>, Align)>) -> Self {
        let head = head.into_iter().map(|(text, align)| (text.into(), align)).collect();
        Grid { head, rows: Vec::new() }
    }

    /// Adds a row; missing cells are empty, surplus ones are dropped.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        let mut row: Vec<String> = cells.into_iter().map(|c| visible(&c.into())).collect();
        row.resize(self.head.len(), String::new());
        self.rows.push(row);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines, each ended; the head underlined when coloured.
    pub fn render(&self, style: Style) -> String {
        let widths: Vec<usize> = (0..self.head.len())
            .map(|at| {
                let cells = self.rows.iter().map(|row| row[at].width());
                cells.chain([self.head[at].0.width()]).max().unwrap_or(0)
            })
            .collect();
        let head: Vec<&str> = self.head.iter().map(|(text, _)| text.as_str()).collect();
        let bold = anstyle::Style::new().bold();
        let mut out = match style {
            Style::Plain => self.line(&head, &widths),
            Style::Coloured => format!("{bold}{}{bold:#}", self.line(&head, &widths)),
        };
        out.push('\n');
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            out.push_str(&self.line(&cells, &widths));
            out.push('\n');
        }
        out
    }

    fn line(&self, cells: &[&str], widths: &[usize]) -> String {
        let mut out = String::new();
        for (at, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(widths[at].saturating_sub(cell.width()));
            if at > 0 {
                out.push_str("  ");
            }
            match self.head[at].1 {
                Align::Left => out.extend([cell, pad.as_str()]),
                Align::Right => out.extend([pad.as_str(), cell]),
            }
        }
        out.truncate(out.trim_end().len());
        out
    }
}

/// The text with control characters, line breaks and direction marks made visible as `·`.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if hidden(c) { '·' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_cells_line_up() {
        let mut grid =
            Grid::new([("编号", Align::Right), ("单位", Align::Left), ("结论", Align::Left)]);
        grid.row(["7", "审计局", "合规"]);
        grid.row(["12345", "Bureau", "退回"]);
        let want = " 编号  单位    结论\n    7  审计局  合规\n12345  Bureau  退回\n";
        assert_eq!(grid.render(Style::Plain), want);
    }

    #[test]
    fn a_hostile_name_cannot_draw_on_the_terminal() {
        let mut grid = Grid::new([("文件", Align::Left)]);
        grid.row(["a\x1b[2Jb\nc\u{202e}d"]);
        assert_eq!(grid.render(Style::Plain), "文件\na·[2Jb·c·d\n");
    }
}
