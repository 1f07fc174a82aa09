//! Paths in their abbreviated form (GB/T 33190, 9.1): letters with numbers behind them.

use super::matrix::Matrix;
use std::iter::Peekable;
use std::str::Chars;

/// The straight pieces of a path on the page, and how many curves it has.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Pieces {
    pub pieces: Vec<Vec<(f32, f32)>>,
    pub curves: u32,
}

/// Reads a path as far as it makes sense. `most` points are kept.
pub(super) fn read(text: &str, matrix: &Matrix, most: usize) -> Pieces {
    let mut out = Pieces::default();
    let mut piece: Vec<(f32, f32)> = Vec::new();
    let mut first: Option<(f32, f32)> = None;
    let mut tokens = Tokens { chars: text.chars().peekable() };
    let mut kept = 0;
    while let Some(letter) = tokens.letter() {
        kept += 1;
        if kept > most {
            break;
        }
        // Numbers of each operator; its end point comes last, in an arc's case as well.
        let count = match letter {
            'M' | 'S' | 'L' => 2,
            'Q' => 4,
            'B' => 6,
            'A' => 7,
            'C' => 0,
            _ => break,
        };
        let mut numbers = [0.0; 7];
        if !numbers[..count].iter_mut().all(|slot| tokens.number(slot)) {
            break;
        }
        let end = match count {
            0 => None,
            count => Some(matrix.point(numbers[count - 2], numbers[count - 1])),
        };
        match letter {
            'M' | 'S' => {
                out.pieces.push(std::mem::take(&mut piece));
                first = end;
                piece.extend(end);
            }
            'L' => piece.extend(end),
            'C' => piece.extend(first),
            _ => {
                // Nothing straight leads over a curve.
                out.curves += 1;
                out.pieces.push(std::mem::take(&mut piece));
                piece.extend(end);
            }
        }
    }
    out.pieces.push(piece);
    out.pieces.retain(|piece| piece.len() > 1);
    out
}

struct Tokens<'t> {
    chars: Peekable<Chars<'t>>,
}

impl Tokens<'_> {
    fn skip_blanks(&mut self) {
        while self.chars.next_if(|c| c.is_whitespace() || *c == ',').is_some() {}
    }

    fn letter(&mut self) -> Option<char> {
        self.skip_blanks();
        self.chars.next().map(|c| c.to_ascii_uppercase())
    }

    fn number(&mut self, slot: &mut f64) -> bool {
        self.skip_blanks();
        let mut text = String::new();
        while let Some(c) = self.chars.next_if(|c| {
            c.is_ascii_digit()
                || matches!(c, '.' | 'e' | 'E')
                || (matches!(c, '-' | '+') && (text.is_empty() || text.ends_with(['e', 'E'])))
        }) {
            text.push(c);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                *slot = number;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Pieces {
        read(text, &Matrix::read("0.3527777778 0 0 0.3527777778 0 0"), 1_000)
    }

    #[test]
    fn straight_pieces_are_kept_and_curves_break_them() {
        let found = pieces("M 0 0 L 10 0 L 10 5 C S 1 1 L2,2 Q 3 3 4 4 L 5 5");
        let whole = |p: &Vec<(f32, f32)>| -> Vec<(i32, i32)> {
            p.iter().map(|(x, y)| (x.round() as i32, y.round() as i32)).collect()
        };
        assert_eq!(
            found.pieces.iter().map(whole).collect::<Vec<_>>(),
            [vec![(0, 0), (10, 0), (10, 5), (0, 0)], vec![(1, 1), (2, 2)], vec![(4, 4), (5, 5)]]
        );
        assert_eq!(found.curves, 1);
        assert_eq!(pieces("M 0 0 A 5 5 0 1 0 10 0 B 1 1 2 2 3 3").curves, 2);
    }

    #[test]
    fn a_broken_path_is_read_as_far_as_it_goes() {
        assert_eq!(pieces("M 0 0 L 10 0 L x").pieces.len(), 1);
        assert_eq!(pieces("M 0 0 L 10").pieces.len(), 0);
        assert_eq!(pieces("M0 0L1e1-5").pieces[0].len(), 2);
        let long = format!("M 0 0 {}", "L 1 1 ".repeat(10_000));
        assert_eq!(pieces(&long).pieces[0].len(), 1_000);
    }
}
