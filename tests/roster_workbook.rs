//! A roster as a workbook: read as it is shown, and every problem with its sheet and cell.

use nianbao::config::{Settings, load};
use nianbao::model::Roster;
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use std::sync::Arc;

const HEADERS: [&str; 7] = ["编码", "名称", "别名", "类别", "上级", "地区", "督办人"];

const COUNTY: [[&str; 7]; 4] = [
    ["01", "青禾县人民政府", "", "政府", "", "", ""],
    ["02", "青禾县水利局", "水务局、县河长办", "部门", "青禾县人民政府", "东片", "李四"],
    ["03", "青禾县审计局", "", "部门", "01", "", "李四;王五"],
    ["04", "城关镇人民政府", "", "乡镇街道", "01", "", ""],
];

fn sheet<'b>(book: &'b mut Workbook, name: &str) -> &'b mut Worksheet {
    book.add_worksheet().set_name(name).unwrap()
}

/// Headers in a row (from 0), the bodies below.
fn fill(sheet: &mut Worksheet, from: u32, rows: &[[&str; 7]]) {
    sheet.write_row(from, 0, HEADERS).unwrap();
    for (n, row) in (from + 1..).zip(rows) {
        for (column, value) in (0..).zip(row).filter(|(_, value)| !value.is_empty()) {
            sheet.write(n, column, *value).unwrap();
        }
    }
}

fn read(mut book: Workbook) -> Result<Settings, String> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("名册.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    let config = dir.path().join("nianbao.toml");
    std::fs::write(&config, "[roster]\nfile = \"名册.xlsx\"\n").unwrap();
    load(Some(&config)).map_err(|error| error.to_string())
}

fn roster(book: Workbook) -> Arc<Roster> {
    read(book).unwrap_or_else(|error| panic!("{error}")).roster.unwrap().roster
}

/// What is said against a workbook.
fn refused(book: Workbook) -> String {
    read(book).expect_err("unsound")
}

fn with(fill: impl FnOnce(&mut Workbook)) -> Workbook {
    let mut book = Workbook::new();
    fill(&mut book);
    book
}

#[test]
fn a_workbook_is_read_below_its_title_with_what_is_merged_in_every_row() {
    let book = with(|book| {
        sheet(book, "说明").write(0, 0, "每年十二月更新").unwrap();
        let sheet = sheet(book, "名册");
        sheet.merge_range(0, 0, 0, 6, "青禾县应报送单位名册", &Format::new()).unwrap();
        fill(sheet, 2, &COUNTY);
        sheet.merge_range(4, 5, 6, 5, "东片", &Format::new()).unwrap();
        // A number that is shown with its zero.
        sheet.write_with_format(3, 0, 1, &Format::new().set_num_format("00")).unwrap();
        // Filtered away, and a body all the same.
        sheet.set_row_hidden(5).unwrap();
    });
    let roster = roster(book);
    let units: Vec<_> =
        roster.units().iter().map(|u| (u.code.as_str(), u.regions.join(","))).collect();
    let east = || "东片".to_string();
    assert_eq!(units, [("01", String::new()), ("02", east()), ("03", east()), ("04", east())]);
    let water = roster.resolve("县河长办").one().unwrap();
    assert_eq!((water.code.as_str(), water.parent.as_deref()), ("02", Some("01")));
    assert_eq!(roster.resolve("审计局").one().unwrap().supervisors, ["李四", "王五"]);
}

#[test]
fn every_problem_names_its_sheet_and_cell_and_shows_the_row() {
    let mut rows = COUNTY;
    rows[1][3] = "局";
    rows[2][0] = "01";
    rows[3][4] = "09";
    let told = refused(with(|book| {
        let sheet = sheet(book, "名册");
        fill(sheet, 1, &rows);
        sheet.write(2, 8, "备注").unwrap();
        sheet.write_formula(5, 5, "=A1").unwrap().set_formula_result(5, 5, "");
    }));
    for said in [
        "名册.xlsx:名册!D4: 不认识的类别“局”",
        "名册.xlsx:名册!A5: 编码重复，已用于“01 青禾县人民政府”",
        "名册.xlsx:名册!E6: 上级“09”不在名册中",
        "名册.xlsx:名册!I3: 这一行的列比表头多",
        "4 | 02 | 青禾县水利局 | 水务局、县河长办 | 局 | 青禾县人民政府 | 东片 | 李四",
    ] {
        assert!(told.contains(said), "{said} in {told}");
    }
}

#[test]
fn a_workbook_with_no_roster_or_with_two_is_refused() {
    let told =
        refused(with(|book| fill(sheet(book, "名册").set_column_hidden(6).unwrap(), 0, &[])));
    assert!(told.contains("名册中没有单位"), "{told}");
    let told = refused(with(|book| {
        sheet(book, "其他").write(0, 0, "编码").unwrap();
    }));
    assert!(told.contains("没有一张工作表有“编码”“名称”两列"), "{told}");
    let twice = |hidden: bool| {
        with(|book| {
            fill(sheet(book, "2024"), 0, &COUNTY);
            fill(sheet(book, "2025").set_hidden(hidden), 0, &COUNTY);
        })
    };
    let told = refused(twice(false));
    assert!(told.contains("工作表“2024”和“2025”都像是名册"), "{told}");
    assert_eq!(roster(twice(true)).units().len(), 4);
}

#[test]
fn a_workbook_cut_short_is_refused_whole() {
    let whole = with(|book| fill(sheet(book, "名册"), 0, &COUNTY)).save_to_buffer().unwrap();
    for part in [1, 2, 3] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.xlsx"), &whole[..whole.len() * part / 4]).unwrap();
        let config = dir.path().join("nianbao.toml");
        std::fs::write(&config, "[roster]\nfile = \"a.xlsx\"\n").unwrap();
        assert!(load(Some(&config)).is_err(), "{part} of 4");
    }
}

#[test]
fn a_sheet_with_a_cell_at_its_far_end_costs_no_more_than_its_cells() {
    let told = refused(with(|book| {
        let sheet = sheet(book, "名册");
        fill(sheet, 0, &COUNTY);
        sheet.write(0, 16_383, "远").unwrap();
        sheet.write(1_048_575, 16_383, "远").unwrap();
    }));
    assert!(told.contains("名册!XFD1: 不认识的列“远”"), "{told}");
    assert!(told.contains("名册!A1048576: 没有填编码"), "{told}");
}
