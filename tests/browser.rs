//! Receipts as people see them: pages parsed as a browser parses them, and, where Chromium is installed,
//! drawn by it on screen and on paper.

mod batch_kit;

use nianbao::edition::Editions;
use nianbao::specimen::Specimen;
use scraper::{Html, Selector};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Names by which the browser goes.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Longest that drawing one page may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn specimen(patches: &str) -> Specimen {
    Specimen::patched(Editions::embedded(), patches).unwrap()
}

/// Files of every outcome, and the five real reports where they are at hand.
fn files() -> Vec<(String, Vec<u8>)> {
    let wrong = specimen("t3.total.NP = 1999");
    let long = format!("替换 \"水利局\" => \"{}\"", "很长的名称".repeat(20) + "局");
    let entries = [
        batch_kit::file("甲.docx", wrong.to_docx()),
        batch_kit::file("乙.txt", specimen("").to_text()),
        batch_kit::file("丙.docx", b"PK\x03\x04 torn".to_vec()),
    ];
    let mut files = vec![
        ("clean.docx".to_string(), specimen("").to_docx()),
        ("wrong.docx".into(), wrong.to_docx()),
        ("older.txt".into(), specimen("版式 = 2019\n删去第四部分").to_text().into_bytes()),
        ("heading.html".into(), specimen("第五部分标题 = 五、问题").to_html().into_bytes()),
        ("long.docx".into(), specimen(&long).to_docx()),
        ("torn.docx".into(), wrong.to_docx()[..2000].to_vec()),
        ("batch.zip".into(), batch_kit::zip(&entries)),
    ];
    let seeds = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/seeds"));
    match std::fs::read_dir(seeds) {
        Ok(entries) => files.extend(entries.map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })),
        Err(_) => println!("without the five real reports: {} is not there", seeds.display()),
    }
    files.sort();
    files
}

/// What `check` says of a file in a form.
fn checked(file: &Path, form: &str, lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["check", "--format", form, "--lang", lang])
        .arg(file)
        .output()
        .unwrap();
    assert!(output.status.code() < Some(2), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).map(|element| element.text().collect()).collect()
}

/// Parsed as a browser does; every element is closed where it was opened, and none in another's stead.
fn parsed(name: &str, page: &str) -> Html {
    let (mut open, mut rest) = (Vec::new(), page);
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').expect("a tag ends");
        rest = after;
        let element = tag.trim_start_matches('/').split_whitespace().next().unwrap();
        match (tag.starts_with('/'), element) {
            (_, "!DOCTYPE" | "!--" | "meta" | "col" | "br") => {}
            (false, element) => open.push(element),
            (true, element) => assert_eq!(open.pop(), Some(element), "{name}"),
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
    let parsed = Html::parse_document(page);
    assert!(format!("{:?}", parsed.quirks_mode).contains("NoQuirks"), "{name}");
    parsed
}

fn stands_alone(name: &str, page: &Html) {
    let anything = Selector::parse("*").unwrap();
    for element in page.select(&anything) {
        let value = element.value();
        assert!(!["script", "link", "iframe", "img", "object"].contains(&value.name()), "{name}");
        for (attribute, _) in value.attrs() {
            let harmless = ["lang", "charset", "name", "content", "class", "colspan"];
            assert!(harmless.contains(&attribute), "{name}: {attribute}");
        }
    }
    for style in texts(page, "style") {
        assert!(!style.contains("url(") && !style.contains("@import"), "{name}");
    }
}

#[test]
fn every_page_is_well_formed_stands_alone_and_has_all_findings_in_it() {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files() {
        let file = dir.path().join(&name);
        std::fs::write(&file, bytes).unwrap();
        for lang in ["zh", "en"] {
            let page = checked(&file, "html", lang);
            let page = parsed(&name, &page);
            stands_alone(&name, &page);
            let said = texts(&page, "body").concat();
            let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
            for line in checked(&file, "json", lang).lines() {
                let judged: serde_json::Value = serde_json::from_str(line).unwrap();
                for finding in judged["findings"].as_array().into_iter().flatten() {
                    *wanted.entry(finding["code"].as_str().unwrap().into()).or_default() += 1;
                    let basis = finding["basis"].as_str().unwrap();
                    assert!(said.contains(basis), "{name}: {basis}");
                    assert!(
                        said.contains(finding["help"].as_str().unwrap())
                            || said.contains("同上")
                            || lang == "en"
                    );
                }
                if let Some(why) = judged["unreadable"]["help"].as_str() {
                    assert!(said.contains(why), "{name}: {why}");
                }
            }
            let mut told: BTreeMap<String, usize> = BTreeMap::new();
            texts(&page, ".code").into_iter().for_each(|code| *told.entry(code).or_default() += 1);
            assert_eq!(told, wanted, "{name}");
        }
    }
}

/// The browser, where there is one.
fn browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = BROWSERS.into_iter().flat_map(|name| {
        std::env::split_paths(&path).map(move |dir| dir.join(name)).collect::<Vec<_>>()
    });
    found.into_iter().find(|program| program.is_file())
}

/// Runs the browser without a window on one page, bounded in time.
fn run(browser: &Path, home: &Path, args: &[String], page: &Path) -> Output {
    let mut child = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        .args(["--disable-dev-shm-usage", "--no-first-run", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", home.display()))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        stdout.read_to_end(&mut all).map(|_| all)
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the browser did not end on {}", page.display());
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{status:?} on {}", page.display());
    Output { status, stdout: reader.join().unwrap().unwrap(), stderr: Vec::new() }
}

/// How far the page is wider than a window of so many pixels.
fn overflow(browser: &Path, dir: &Path, page: &str, width: u32) -> i64 {
    let measure = "<script>var d = document.documentElement;\
                   document.title = 'wider:' + (d.scrollWidth - window.innerWidth);</script></body>";
    let file = dir.join("measured.html");
    std::fs::write(&file, page.replace("</body>", measure)).unwrap();
    let args = ["--dump-dom".to_string(), format!("--window-size={width},1200")];
    let dom = String::from_utf8(run(browser, dir, &args, &file).stdout).unwrap();
    let (_, rest) = dom.split_once("wider:").expect("it was measured");
    rest.split('<').next().unwrap().trim().parse().unwrap()
}

/// The share of bytes that a PNG has besides those of plain background.
fn drawn(png: &[u8]) -> f64 {
    assert!(png.starts_with(b"\x89PNG"));
    let (mut packed, mut at) = (Vec::new(), 8);
    while let Some(head) = png.get(at..at + 8) {
        let length = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        if &head[4..] == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut rows = Vec::new();
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_end(&mut rows).unwrap();
    // Each row is written as its difference to its neighbours: 0 where nothing changes.
    rows.iter().filter(|byte| **byte != 0).count() as f64 / rows.len() as f64
}

#[test]
fn a_browser_draws_every_page_and_none_is_wider_than_its_paper() {
    let Some(browser) = browser() else {
        println!("skipped: no Chromium is installed (apt-get install chromium)");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("NIANBAO_RECEIPT_PNGS").map(PathBuf::from);
    let into = kept.as_deref().unwrap_or(dir.path());
    std::fs::create_dir_all(into).unwrap();
    for (name, bytes) in files() {
        let file = dir.path().join(&name);
        std::fs::write(&file, bytes).unwrap();
        let page = checked(&file, "html", "zh");
        let (shown, png) =
            (into.join(format!("{name}.receipt.html")), into.join(format!("{name}.png")));
        std::fs::write(&shown, &page).unwrap();
        // A4 at the 96 pixels an inch of CSS, on screen; then what its margins leave, as printed.
        assert!(overflow(&browser, dir.path(), &page, 794) <= 0, "{name} on screen");
        let printed = page.replace("@media print", "@media all");
        assert!(overflow(&browser, dir.path(), &printed, 680) <= 0, "{name} on paper");
        let args =
            ["--window-size=794,1123".to_string(), format!("--screenshot={}", png.display())];
        run(&browser, dir.path(), &args, &shown);
        let drawn = drawn(&std::fs::read(&png).unwrap());
        assert!(drawn > 0.01, "{name} is blank: {drawn}");
    }
    let (page, pdf) = (into.join("wrong.docx.receipt.html"), dir.path().join("a4.pdf"));
    run(&browser, dir.path(), &[format!("--print-to-pdf={}", pdf.display())], &page);
    let pdf = std::fs::read(&pdf).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    let sizes: Vec<&str> =
        text.split("/MediaBox [").skip(1).filter_map(|s| s.split(']').next()).collect();
    assert!(!sizes.is_empty());
    for size in sizes {
        let points: Vec<f64> = size.split_whitespace().map(|n| n.parse().unwrap()).collect();
        assert!((points[2] - 595.0).abs() < 1.0 && (points[3] - 842.0).abs() < 1.0, "{size}");
    }
}
