//! Says what a wasm module imports, and fails if that is anything.
use std::process::ExitCode;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        println!("usage: wasm-imports MODULE");
        return ExitCode::FAILURE;
    };
    match imports(&path) {
        Ok(imports) => {
            println!("{path}: {} imports", imports.len());
            imports.iter().for_each(|import| println!("  {import}"));
            if imports.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            println!("{path}: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn imports(path: &str) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let module = std::fs::read(path)?;
    let mut imports = Vec::new();
    for payload in wasmparser::Parser::new(0).parse_all(&module) {
        if let wasmparser::Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                let import = import?;
                imports.push(format!("{}.{}", import.module, import.name));
            }
        }
    }
    Ok(imports)
}

#[cfg(target_arch = "wasm32")]
fn main() -> ExitCode {
    ExitCode::FAILURE
}
