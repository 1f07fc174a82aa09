//! Archives and mails: what is taken out of them, under which name, and what is said of the rest.

mod batch_kit;

use batch_kit::{Packed, file, gbk, mail, unicode_path, zip};
use nianbao::extract::{Entry, ExtractError, Limits, Unpacked, unpack};
use nianbao::model::{Format, MOST_PASSED, PassReason, ReceiptForm, ReceiptMark, UnreadableReason};

const TEXT: &str = "一、总体情况";

/// What comes out, within these limits.
fn within(limits: &Limits, bytes: &[u8]) -> (Vec<Entry>, Option<Result<Unpacked, ExtractError>>) {
    let mut entries = Vec::new();
    let unpacked = unpack(bytes, limits, &mut |entry| entries.push(entry));
    (entries, unpacked)
}

fn names(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

/// The names taken out, and name and reason of what was not.
fn opened(bytes: &[u8]) -> (Vec<String>, Vec<(String, PassReason)>) {
    opened_within(&Limits::default(), bytes)
}

fn opened_within(limits: &Limits, bytes: &[u8]) -> (Vec<String>, Vec<(String, PassReason)>) {
    let (entries, unpacked) = within(limits, bytes);
    let passed = unpacked.expect("a batch").expect("with something in it").passed;
    assert_eq!(passed.in_all as usize, passed.named.len());
    let passed = passed.named.into_iter().map(|one| (one.name, one.reason)).collect();
    (names(&entries).into_iter().map(String::from).collect(), passed)
}

fn refused(bytes: &[u8]) -> ExtractError {
    let (entries, unpacked) = within(&Limits::default(), bytes);
    assert!(entries.is_empty(), "{:?}", names(&entries));
    unpacked.expect("a batch").expect_err("nothing in it")
}

#[test]
fn names_are_read_as_their_archiver_wrote_them() {
    let batch = zip(&[gbk("乡镇\\洪泽2025年报.txt", TEXT), gbk("乡镇/联通.txt", TEXT)]);
    assert_eq!(opened(&batch).0, ["乡镇/洪泽2025年报.txt", "乡镇/联通.txt"]);
    let utf8 =
        zip(&[file("乡镇/洪泽.txt", TEXT), Packed { flags: 0x800, ..file("某局.txt", TEXT) }]);
    assert_eq!(opened(&utf8).0, ["乡镇/洪泽.txt", "某局.txt"]);
    // A name that says it is UTF-8 stands beside names that do not.
    let mixed = [Packed { flags: 0x800, ..file("联通.txt", TEXT) }, gbk("年报.txt", TEXT)];
    assert_eq!(opened(&zip(&mixed)).0, ["联通.txt", "年报.txt"]);
    let extra = unicode_path(b"??.txt", "年报.txt");
    assert_eq!(opened(&zip(&[Packed { extra, ..file("??.txt", TEXT) }])).0, ["年报.txt"]);
    let neither = Packed { name: b"\xff\xfe.txt".to_vec(), ..file("", TEXT) };
    assert_eq!(opened(&zip(&[neither])).0, ["\\xFF\\xFE.txt"]);
}

#[test]
fn two_entries_of_one_name_are_both_taken() {
    let twice =
        zip(&[file("a/年报.txt", "一"), file("a/年报.txt", "二"), file("a//年报.txt", "三")]);
    let (entries, _) = within(&Limits::default(), &twice);
    assert_eq!(names(&entries), ["a/年报.txt", "a/年报（2）.txt", "a/年报（3）.txt"]);
    assert_eq!(entries[1].bytes, "二".as_bytes());
}

#[test]
fn what_lies_about_in_every_folder_is_named_but_not_taken() {
    let png = b"\x89PNG\r\n\x1a\n....".to_vec();
    let batch = zip(&[
        file("乡镇/", ""),
        file("乡镇/年报.txt", TEXT),
        file("__MACOSX/乡镇/._年报.txt", "x"),
        file("乡镇/.DS_Store", "x"),
        file("乡镇/~$年报.docx", "x"),
        file("乡镇/Thumbs.db", "x"),
        file("乡镇/公章.png", png.clone()),
        file("乡镇/扫描件.pdf", png.clone()),
        file("乡镇/年报第1页.png", [png, vec![0; 200 << 10]].concat()),
        file("说明.url", "[InternetShortcut]"),
        file("年报_files/a.js", "var a"),
        file("setup.exe", vec![0u8; 64]),
        file("坏.docx", vec![0u8; 64]),
    ]);
    let (taken, passed) = opened(&batch);
    assert_eq!(taken, ["乡镇/年报.txt", "乡镇/扫描件.pdf", "乡镇/年报第1页.png", "坏.docx"]);
    use PassReason::*;
    let reasons: Vec<PassReason> = passed.iter().map(|(_, reason)| *reason).collect();
    let other = NotADocument;
    assert_eq!(reasons, [System, System, System, System, Picture, other, other, other]);
}

#[test]
fn names_that_lead_out_are_refused_and_the_others_cleaned() {
    let batch = zip(&[
        file("../evil.txt", TEXT),
        file("a/../../b.txt", TEXT),
        file("/etc/c.txt", TEXT),
        file("C:\\报告\\d.txt", TEXT),
        file("./e\n.txt", TEXT),
        file(&format!("{}.txt", "长".repeat(2000)), TEXT),
    ]);
    let (taken, passed) = opened(&batch);
    assert_eq!(taken, ["etc/c.txt", "报告/d.txt", "e_.txt"]);
    assert!(passed.iter().all(|(_, reason)| *reason == PassReason::UnsafeName));
    assert_eq!(passed.len(), 3);
}

#[test]
fn archives_in_archives_are_one_flat_batch_to_the_third_level() {
    let fourth = zip(&[file("d.txt", TEXT)]);
    let third = zip(&[file("c.txt", TEXT), gbk("第四层.zip", fourth)]);
    let second = zip(&[gbk("乡镇/洪泽.txt", TEXT), file("third.zip", third)]);
    let first = zip(&[file("a.txt", TEXT), gbk("内层.zip", second), file("b.txt", TEXT)]);
    let (taken, passed) = opened(&first);
    assert_eq!(taken, ["a.txt", "内层.zip/乡镇/洪泽.txt", "内层.zip/third.zip/c.txt", "b.txt"]);
    assert_eq!(passed, [("内层.zip/third.zip/第四层.zip".into(), PassReason::OverLimit)]);
}

#[test]
fn an_encrypted_entry_is_said_and_the_rest_taken() {
    let locked = Packed { flags: 1, ..file("b.docx", "0123456789abcdef") };
    let (taken, passed) = opened(&zip(&[file("a.txt", TEXT), locked.clone()]));
    assert_eq!(
        (taken, passed),
        (vec!["a.txt".into()], vec![("b.docx".into(), PassReason::Encrypted)])
    );
    let error = refused(&zip(std::slice::from_ref(&locked)));
    assert_eq!(error.reason, UnreadableReason::Encrypted);
    assert!(error.detail.zh.contains("b.docx"), "{}", error.detail.zh);
    // An archive in the batch that is under a password as a whole is a loss, not a submission.
    let (taken, passed) = opened(&zip(&[file("a.txt", TEXT), file("c.zip", zip(&[locked]))]));
    assert_eq!(taken, ["a.txt"]);
    assert_eq!(passed, [("c.zip/b.docx".into(), PassReason::Encrypted)]);
}

#[test]
fn damage_and_odd_methods_cost_one_entry_each() {
    let good = file("a.txt", TEXT);
    let odd = Packed { method: Some(14), ..file("lzma.docx", "0123") };
    let mut batch = zip(&[good.clone(), file("crc.txt", "XXXXXXXX"), odd]);
    let at = batch.windows(8).position(|w| w == b"XXXXXXXX").unwrap();
    batch[at] = b'Y';
    let (taken, passed) = opened(&batch);
    assert_eq!(taken, ["a.txt"]);
    let lost =
        [("crc.txt".into(), PassReason::Damaged), ("lzma.docx".into(), PassReason::Unsupported)];
    assert_eq!(passed, lost);
    let whole = zip(&[good]);
    assert_eq!(refused(&whole[..whole.len() - 10]).reason, UnreadableReason::Damaged);
    assert_eq!(refused(&zip(&[])).reason, UnreadableReason::Empty);
    let png = file("a.png", &b"\x89PNG\r\n\x1a\n"[..]);
    assert_eq!(refused(&zip(&[png])).reason, UnreadableReason::PicturesOnly);
}

#[test]
fn the_limits_hold_for_the_whole_batch_and_what_is_within_them_is_taken() {
    let limits =
        Limits { bytes: 1 << 20, inflated_bytes: 1 << 20, entries: 20, ..Limits::default() };
    let fat = |name: &str| Packed { deflate: true, ..file(name, vec![b'a'; 400 << 10]) };
    // Two fit, the third would be over the sum; a small one fits again.
    let inner = zip(&[fat("x.txt"), fat("y.txt")]);
    let batch = zip(&[fat("a.txt"), file("b.zip", inner), file("c.txt", TEXT)]);
    let (taken, passed) = opened_within(&limits, &batch);
    assert_eq!(taken, ["a.txt", "b.zip/x.txt", "c.txt"]);
    assert_eq!(passed, [("b.zip/y.txt".into(), PassReason::OverLimit)]);
    // One file over the limit of a file.
    let big = Packed { deflate: true, ..file("big.txt", vec![b'a'; (1 << 20) + 1]) };
    assert_eq!(opened_within(&limits, &zip(&[big, file("c.txt", TEXT)])).0, ["c.txt"]);
    // Entries are counted over all levels, lock files included.
    let many: Vec<Packed> = (0..12).map(|n| file(&format!("{n}.txt"), TEXT)).collect();
    let nested = [&many[..], &[file("n.zip", zip(&many))]].concat();
    let (taken, passed) = opened_within(&limits, &zip(&nested));
    assert_eq!((taken.len(), passed), (19, vec![("n.zip/…".into(), PassReason::OverLimit)]));
}

#[test]
fn bombs_cost_no_more_than_the_budget() {
    let limits = Limits { inflated_bytes: 8 << 20, ..Limits::default() };
    let bomb = |n: usize| Packed { deflate: true, ..file(&format!("{n}.txt"), vec![0u8; 6 << 20]) };
    let (taken, passed) = opened_within(&limits, &zip(&[bomb(1), file("a.txt", TEXT)]));
    assert_eq!(
        (taken, passed),
        (vec!["a.txt".into()], vec![("1.txt".into(), PassReason::OverLimit)])
    );
    // Many entries over the same bytes.
    let mut shared = vec![file("a.txt", TEXT)];
    shared.extend((0..50).map(|n| Packed { shares: Some(0), ..file(&format!("{n}.txt"), TEXT) }));
    let (taken, passed) = opened(&zip(&shared));
    assert_eq!((taken.len(), passed.len()), (1, 50));
    assert!(passed.iter().all(|(_, reason)| *reason == PassReason::Damaged));
    // An archive of archives of archives …
    let mut layer = zip(&[bomb(0)]);
    for n in 0..6 {
        let copies: Vec<Packed> =
            (0..10).map(|k| file(&format!("{n}-{k}.zip"), layer.clone())).collect();
        layer = zip(&copies);
        if layer.len() > 4 << 20 {
            break;
        }
    }
    let error = refused(&layer);
    assert_eq!(error.reason, UnreadableReason::OverLimit);
}

#[test]
fn however_much_is_passed_over_all_of_it_is_counted() {
    let limits = Limits { entries: 10_000, ..Limits::default() };
    let mut locks: Vec<Packed> = (0..3000).map(|n| file(&format!("~${n}.docx"), "")).collect();
    locks.push(file("a.txt", TEXT));
    let (_, unpacked) = within(&limits, &zip(&locks));
    let passed = unpacked.unwrap().unwrap().passed;
    assert_eq!((passed.in_all, passed.named.len(), passed.lost), (3000, MOST_PASSED, 0));
}

#[test]
fn our_receipts_in_an_archive_are_passed_over_and_reports_merely_called_so_are_not() {
    let mark = ReceiptMark::of(&"ab".repeat(32)).in_form(ReceiptForm::Text);
    let ours = file("a.txt.回执.txt", format!("{TEXT}\n{mark}\n"));
    let entries = [file("a.txt", TEXT), ours, file("b.回执.txt", TEXT)];
    assert_eq!(opened(&zip(&entries)).0, ["a.txt", "b.回执.txt"]);
}

#[test]
fn documents_that_are_zip_archives_are_no_batches() {
    let docx = zip(&[file("[Content_Types].xml", "<x/>"), file("word/document.xml", "<x/>")]);
    let sheet = zip(&[file("[Content_Types].xml", "<x/>"), file("xl/workbook.xml", "<x/>")]);
    let odt = zip(&[file("mimetype", "application/vnd.oasis.opendocument.text")]);
    for bytes in [docx.clone(), zip(&[file("OFD.xml", "<x/>")]), sheet, odt, TEXT.into()] {
        assert!(within(&Limits::default(), &bytes).1.is_none());
    }
    assert_eq!(opened(&zip(&[file("a.docx", docx)])).0, ["a.docx"]);
}

#[test]
fn attachments_are_taken_under_the_names_they_were_sent_by() {
    let disposition = |name: &str| format!("Content-Disposition: attachment; filename={name}");
    let gb = "=?gb2312?B?xLO+1sTqsaguZG9jeA==?=";
    let heads = [
        disposition(&format!("\"{gb}\"")),
        disposition("x").replace("filename=x", "filename*=utf-8''%E5%B9%B4%E6%8A%A5.txt"),
        "Content-Type: application/octet-stream; name=\"a/b.txt\"".to_string(),
        "Content-Type: text/plain; charset=gbk\r\nContent-Disposition: attachment".to_string(),
        "Content-Type: image/png; name=logo.png\r\nContent-ID: <1>".to_string(),
        disposition("smime.p7s"),
    ];
    let bytes: [&[u8]; 6] = [
        TEXT.as_bytes(),
        TEXT.as_bytes(),
        TEXT.as_bytes(),
        TEXT.as_bytes(),
        b"\x89PNG\r\n\x1a\n",
        b"\x30\x80\x06\x09\0\0\0\0",
    ];
    let parts: Vec<(&str, &[u8])> = heads.iter().map(String::as_str).zip(bytes).collect();
    let (taken, passed) = opened(&mail("请查收附件", &parts));
    assert_eq!(taken, ["某局年报.docx", "年报.txt", "b.txt", "附件4.txt"]);
    let listed = [
        ("（邮件正文）", PassReason::Body),
        ("logo.png", PassReason::Picture),
        ("smime.p7s", PassReason::NotADocument),
    ];
    assert_eq!(passed, listed.map(|(name, reason)| (name.to_string(), reason)));
}

#[test]
fn a_mail_with_nothing_but_text_or_a_logo_is_no_batch() {
    assert!(within(&Limits::default(), &mail(TEXT, &[])).1.is_none());
    let logo = ("Content-Type: image/png; name=logo.png", &b"\x89PNG\r\n\x1a\n"[..]);
    assert!(within(&Limits::default(), &mail(TEXT, &[logo])).1.is_none());
}

#[test]
fn mails_and_archives_in_one_another_are_opened() {
    let part = |name: &str| format!("Content-Disposition: attachment; filename=\"{name}\"");
    let archive = zip(&[gbk("洪泽.txt", TEXT)]);
    let inner = mail("转发", &[(&part("a.zip"), &archive)]);
    let text_only = mail("收到", &[]);
    let outer = [
        (part("fwd.eml"), inner.clone()),
        (part("b.txt"), TEXT.into()),
        (part("c.eml"), text_only.clone()),
    ];
    let outer: Vec<(&str, &[u8])> = outer.iter().map(|(h, b)| (h.as_str(), b.as_slice())).collect();
    let (taken, passed) = opened(&mail("见附件", &outer));
    assert_eq!(taken, ["fwd.eml/a.zip/洪泽.txt", "b.txt"]);
    let bodies = ["（邮件正文）", "fwd.eml/（邮件正文）", "c.eml"];
    assert_eq!(passed, bodies.map(|name| (name.to_string(), PassReason::Body)));
    // In an archive a mail without attachments may be the report itself.
    let exported = zip(&[file("1.eml", inner), file("2.eml", text_only)]);
    assert_eq!(opened(&exported).0, ["1.eml/a.zip/洪泽.txt", "2.eml"]);
}

#[test]
fn a_mailbox_in_one_file_is_taken_mail_by_mail() {
    let part = "Content-Disposition: attachment; filename=a.txt";
    let one = mail("x", &[(part, TEXT.as_bytes())]);
    let line = b"From a@example.cn Mon Jan 20 10:00:00 2025\r\n".as_slice();
    let mailbox = [line, &one, b"\r\n", line, &one, b"\r\n", line, &mail("y", &[])].concat();
    assert_eq!(opened(&mailbox).0, ["第1封.eml/a.txt", "第2封.eml/a.txt", "第3封.eml"]);
}

#[test]
fn archives_of_other_kinds_and_outlook_mails_are_named() {
    for (bytes, format) in [
        (b"Rar!\x1A\x07\x01\0........".as_slice(), Format::Archive),
        (b"7z\xBC\xAF\x27\x1C........", Format::Archive),
        (b"\x78\x9F\x3E\x22........", Format::Outlook),
    ] {
        assert!(within(&Limits::default(), bytes).1.is_none());
        let error = nianbao::extract::extract("a", bytes, &Limits::default()).unwrap_err();
        assert_eq!((error.format, error.reason), (format, UnreadableReason::Unsupported));
        // Inside a batch it is a submission of its own, so that its sender hears of it.
        assert_eq!(opened(&zip(&[file("a.rar", bytes)])).0, ["a.rar"]);
    }
}

#[test]
fn archives_made_by_other_programs_are_read() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let (Ok(batch), Ok(names)) =
        (std::fs::read(dir.join("batch.zip")), std::fs::read(dir.join("gbk_names.zip")))
    else {
        eprintln!("skipped: no shared samples");
        return;
    };
    assert_eq!(opened(&batch).0, ["lo_b.doc", "b.docx"]);
    let (taken, passed) = opened(&names);
    assert_eq!((taken.len(), passed.len()), (1, 2));
    assert!(taken[0].ends_with("/2025年年报.doc"), "{taken:?}");
    assert!(passed.iter().all(|(_, reason)| *reason == PassReason::UnsafeName));
}
