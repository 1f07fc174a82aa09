//! What it cost to read and judge a file.

use super::{Lang, Words};
use std::time::Duration;

/// Time and memory that one file took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// From handing the file to a worker to having its verdict.
    pub wall: Duration,
    /// The most memory that the worker held meanwhile, bytes, its own included. `None` where no worker
    /// saw the file, or it was gone before it could be asked.
    pub peak: Option<u64>,
}

impl Cost {
    /// `用时 3.0 毫秒，读取进程内存最多 41 MiB`.
    pub fn words(&self) -> Words {
        let zh = format!("用时 {}，读取进程内存最多 {}", wall(self.wall).zh, peak(self.peak).zh);
        let en =
            format!("{}, most memory of the worker {}", wall(self.wall).en, peak(self.peak).en);
        Words::new(zh, en)
    }
}

/// The costs of many files as one: the longest and the largest, and whose they are.
#[derive(Clone, Debug, Default)]
pub struct Worst {
    slowest: (String, Duration),
    hungriest: (String, Option<u64>),
}

impl Worst {
    pub fn note(&mut self, file: &str, cost: Cost) {
        if self.slowest.1 <= cost.wall {
            self.slowest = (file.to_owned(), cost.wall);
        }
        if self.hungriest.1 <= cost.peak {
            self.hungriest = (file.to_owned(), cost.peak);
        }
    }

    /// One line, with the limits that hold for every file: wall-clock time, and bytes of a worker.
    pub fn line(&self, most: Duration, room: u64, lang: Lang) -> String {
        let say = |words: Words| words.in_lang(lang).to_owned();
        let (slowest, hungriest) = (&self.slowest.0, &self.hungriest.0);
        let (time, most) = (say(wall(self.slowest.1)), say(wall(most)));
        let (memory, room) = (say(peak(self.hungriest.1)), say(peak(Some(room))));
        match lang {
            Lang::Zh => format!(
                "用时最长 {time}（{slowest}，上限 {most}）；读取进程内存最多 {memory}（{hungriest}，上限 {room}）"
            ),
            Lang::En => format!(
                "longest {time} ({slowest}, limit {most}); most memory of a worker {memory} ({hungriest}, limit {room})"
            ),
        }
    }
}

fn wall(time: Duration) -> Words {
    let seconds = time.as_secs_f64();
    match seconds < 1.0 {
        true => {
            let ms = seconds * 1000.0;
            Words::new(format!("{ms:.1} 毫秒"), format!("{ms:.1} ms"))
        }
        false => Words::new(format!("{seconds:.1} 秒"), format!("{seconds:.1} s")),
    }
}

fn peak(bytes: Option<u64>) -> Words {
    match bytes.map(|bytes| bytes.div_ceil(1 << 20)) {
        Some(mib) => Words::new(format!("{mib} MiB"), format!("{mib} MiB")),
        None => Words::new("不明", "unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_each_kind_is_named_with_its_limit() {
        let mut worst = Worst::default();
        let ms = Duration::from_millis;
        worst.note("a.docx", Cost { wall: ms(3), peak: Some(50 << 20) });
        worst.note("b.doc", Cost { wall: ms(2500), peak: None });
        worst.note("c.txt", Cost { wall: ms(2), peak: Some(80 << 20) });
        assert_eq!(
            worst.line(ms(30_000), 1 << 30, Lang::Zh),
            "用时最长 2.5 秒（b.doc，上限 30.0 秒）；读取进程内存最多 80 MiB（c.txt，上限 1024 MiB）"
        );
        let cost = Cost { wall: ms(3), peak: None };
        assert_eq!(cost.words().en, "3.0 ms, most memory of the worker unknown");
    }
}
