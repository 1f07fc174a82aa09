//! Findings that a reviewer settled: said in a line each, so that what is left to do stands out.

use super::{Found, Page, findings};
use crate::model::{Ruled, Words};
use crate::render::{Detail, decision};

impl Page {
    pub(super) fn settled(&mut self, all: &[Found]) {
        let settled: Vec<&Found> = all.iter().filter(|found| found.weight().is_none()).collect();
        if settled.is_empty() {
            return;
        }
        let count = settled.len();
        let title = Words::new(
            format!("已认定、不再计入 {count} 处"),
            format!("settled, no longer counted: {count}"),
        );
        self.line(format_args!("\n{}", title.in_lang(self.lang)));
        for (at, found) in settled.into_iter().enumerate() {
            match self.detail {
                Detail::Full => self.finding(at + 1, found, true),
                Detail::Brief => self.settled_line(at + 1, found),
            }
        }
    }

    fn settled_line(&mut self, number: usize, Found { finding, ruled }: &Found) {
        let words = ruled.map(|ruled: &Ruled| decision::words(ruled, self.lang));
        let place = finding.places.first().map(|place| place.in_words(self.lang));
        let place = place.filter(|place| !place.is_empty());
        let place = place.map(|place| format!("{place}{}", self.colon())).unwrap_or_default();
        let title = findings::title(finding, self.lang);
        self.line(format_args!(" {number}. {title}  {place}{}", words.unwrap_or_default()));
    }
}
