//! Zip archives byte by byte, so that a test can write what no library would.

#![allow(dead_code)] // each test binary uses its part

use encoding_rs::GBK;
use std::io::Write;

/// One entry as it is written, stored or deflated.
#[derive(Clone, Default)]
pub struct Packed {
    pub name: Vec<u8>,
    pub bytes: Vec<u8>,
    pub deflate: bool,
    /// General purpose flags: 1 encrypted, 0x800 the name is UTF-8.
    pub flags: u16,
    /// Compression method where it is to be a lie.
    pub method: Option<u16>,
    /// The data of this earlier entry instead of its own.
    pub shares: Option<usize>,
    pub extra: Vec<u8>,
}

/// An entry with a UTF-8 name that does not say so.
pub fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Packed {
    Packed { name: name.into(), bytes: bytes.into(), ..Packed::default() }
}

/// An entry as Windows in China names it.
pub fn gbk(name: &str, bytes: impl Into<Vec<u8>>) -> Packed {
    Packed { name: GBK.encode(name).0.into_owned(), ..file("", bytes) }
}

/// The archive of these entries.
pub fn zip(entries: &[Packed]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let mut spots: Vec<(u32, usize)> = Vec::new();
    for entry in entries {
        let data = match entry.deflate {
            true => {
                let level = flate2::Compression::default();
                let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(&entry.bytes).unwrap();
                encoder.finish().unwrap()
            }
            false => entry.bytes.clone(),
        };
        let method = entry.method.unwrap_or(if entry.deflate { 8 } else { 0 });
        let (start, packed) = match entry.shares {
            Some(other) => spots[other],
            None => (out.len() as u32, data.len()),
        };
        spots.push((start, packed));
        let mut common = Vec::new();
        for short in [20, entry.flags, method, 0, 0x21] {
            common.extend(short.to_le_bytes());
        }
        let crc = crc32fast::hash(&entry.bytes);
        for long in [crc, packed as u32, entry.bytes.len() as u32] {
            common.extend(long.to_le_bytes());
        }
        common.extend((entry.name.len() as u16).to_le_bytes());
        common.extend((entry.extra.len() as u16).to_le_bytes());
        if entry.shares.is_none() {
            out.extend(b"PK\x03\x04");
            out.extend(&common);
            out.extend(&entry.name);
            out.extend(&entry.extra);
            out.extend(&data);
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(&entry.name);
        directory.extend(&entry.extra);
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// An Info-ZIP Unicode path (0x7075) for a name written otherwise.
pub fn unicode_path(name: &[u8], real: &str) -> Vec<u8> {
    let mut extra = vec![0x75, 0x70];
    extra.extend((5 + real.len() as u16).to_le_bytes());
    extra.push(1);
    extra.extend(crc32fast::hash(name).to_le_bytes());
    extra.extend(real.as_bytes());
    extra
}

/// A mail with attachments: type and parameters, then the bytes.
pub fn mail(body: &str, attachments: &[(&str, &[u8])]) -> Vec<u8> {
    use base64::Engine;
    let mut out = format!(
        "Received: by mail.example.cn\r\nFrom: a@example.cn\r\nTo: b@example.cn\r\nSubject: x\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    );
    for (head, bytes) in attachments {
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        let lines: Vec<&str> =
            encoded.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap()).collect();
        out.push_str(&format!(
            "--=_b\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
            lines.join("\r\n")
        ));
    }
    out.push_str("--=_b--\r\n");
    out.into_bytes()
}
