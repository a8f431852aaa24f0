//! Tables as wide as the terminal. What is in them comes from outside, so nothing that a terminal takes for an order gets there.
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Attribute, Cell, ContentArrangement, Table};

/// Where there is no terminal.
const WIDTH: u16 = 120;

/// Names and what there is under them. Nothing for none.
pub(crate) fn print_pairs(title: &str, pairs: impl IntoIterator<Item = (impl AsRef<str>, String)>) {
    let mut table = new();
    for (name, value) in pairs {
        let name = Cell::new(shown(name.as_ref())).add_attribute(Attribute::Bold);
        table.add_row([name, Cell::new(shown(&value))]);
    }
    print(title, &table);
}

/// Rows under headings. Nothing for none.
pub(crate) fn print_rows(title: &str, headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = new();
    table.set_header(headings.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
    for row in rows {
        table.add_row(row.iter().map(|text| shown(text)));
    }
    print(title, &table);
}

fn new() -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    if !table.is_tty() {
        table.set_width(WIDTH);
    }
    table
}

fn print(title: &str, table: &Table) {
    if !table.is_empty() {
        println!("\n{title}\n{table}");
    }
}

/// Without control characters and those that turn the direction of writing.
pub(crate) fn shown(text: &str) -> String {
    let is_harmless = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(is_harmless).collect()
}
