//! Property modifiers ([MS-DOC] 2.6): operation codes with operands, one behind the other.

use crate::extract::bytes::{u8_at, u16_at};

/// Opcodes used here, by the names of the specification.
pub(super) const C_DELETED: u16 = 0x0800;
pub(super) const C_INSERTED: u16 = 0x0801;
/// Struck out once or twice, hidden.
pub(super) const C_UNSHOWN: [u16; 3] = [0x0837, 0x2A53, 0x083C];
pub(super) const C_DATA: u16 = 0x0806;
pub(super) const C_OLE: u16 = 0x080A;
pub(super) const C_PICTURE: u16 = 0x6A03;
pub(super) const C_SYMBOL: u16 = 0x6A09;
/// Fonts of a run: for Latin, for Chinese and for other letters.
pub(super) const C_FONTS: [u16; 3] = [0x4A4F, 0x4A50, 0x4A51];
pub(super) const P_STYLE: u16 = 0x4600;
pub(super) const P_LEVEL: u16 = 0x260A;
pub(super) const P_LIST: u16 = 0x460B;
pub(super) const P_OUTLINE: u16 = 0x2640;
pub(super) const P_IN_TABLE: u16 = 0x2416;
pub(super) const P_ROW_END: u16 = 0x2417;
pub(super) const P_DEPTH: u16 = 0x6649;
pub(super) const P_DEPTH_STEP: u16 = 0x664A;
pub(super) const P_INNER_CELL: u16 = 0x244B;
pub(super) const P_INNER_ROW: u16 = 0x244C;
pub(super) const P_HUGE: [u16; 2] = [0x6645, 0x6646];
pub(super) const T_DEFINE: u16 = 0xD608;
pub(super) const T_LEFT: u16 = 0x9601;
pub(super) const T_GAP: u16 = 0x9602;
pub(super) const T_DELETE: u16 = 0x5622;
pub(super) const T_INSERT: u16 = 0x7621;
pub(super) const T_WIDTH: u16 = 0x7623;
pub(super) const T_MERGE: u16 = 0x5624;
pub(super) const T_SPLIT: u16 = 0x5625;
pub(super) const T_VERTICAL: u16 = 0xD62B;
const P_TABS: u16 = 0xC615;

/// Every modifier with its operand, without the operand's own length. Ends where an operand is cut.
pub(super) fn each(mut grpprl: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let opcode = u16_at(grpprl, 0)?;
        let (lead, length) = operand(opcode, grpprl)?;
        let operand = grpprl.get(2 + lead..2 + lead + length)?;
        grpprl = &grpprl[2 + lead + length..];
        Some((opcode, operand))
    })
}

/// Bytes of the operand's own length and of the operand.
fn operand(opcode: u16, grpprl: &[u8]) -> Option<(usize, usize)> {
    let byte = |at| u8_at(grpprl, at).map(usize::from);
    Some(match (opcode, opcode >> 13) {
        // Counted one too high.
        (T_DEFINE, _) => (2, usize::from(u16_at(grpprl, 2)?).checked_sub(1)?),
        // From 255 on the length follows from the tabs that are deleted and added.
        (P_TABS, _) if byte(2)? == 255 => {
            let deleted = byte(3)?;
            let added = byte(4 + deleted * 4)?;
            (1, 2 + deleted * 4 + added * 3)
        }
        (_, 0 | 1) => (0, 1),
        (_, 2 | 4 | 5) => (0, 2),
        (_, 3) => (0, 4),
        (_, 7) => (0, 3),
        _ => (1, byte(2)?),
    })
}

/// The modifier a piece carries in place of a list ([MS-DOC] 2.9.215, Prm0), written as a list; empty
/// for those that change nothing here.
pub(super) fn of_piece(prm: u16) -> Vec<u8> {
    let [low, value] = prm.to_le_bytes();
    let opcode = match low >> 1 {
        0x18 => P_IN_TABLE,
        0x19 => P_ROW_END,
        0x41 => C_DELETED,
        0x42 => C_INSERTED,
        _ => return Vec::new(),
    };
    let [first, second] = opcode.to_le_bytes();
    vec![first, second, value]
}
