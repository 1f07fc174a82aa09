//! Compiles `proto/` with protox, so that nobody needs protoc.

use prost::Message;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    // The public API and the store's records are compiled apart: reflection serves only the first.
    for (package, descriptor) in
        [("proto/nianbao/v1", Some("nianbao.v1.bin")), ("proto/nianbao/store/v1", None)]
    {
        let descriptors = protox::compile(protos(Path::new(package))?, ["proto"])?;
        if let Some(name) = descriptor {
            std::fs::write(out.join(name), descriptors.encode_to_vec())?;
        }
        tonic_prost_build::configure().compile_fds(descriptors)?;
    }
    Ok(())
}

/// The `.proto` files of one directory, sorted, so that the generated code does not depend on the disk.
fn protos(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|p| p.extension().is_some_and(|e| e == "proto"));
    files.sort();
    Ok(files)
}
