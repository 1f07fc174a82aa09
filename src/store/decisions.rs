//! Decisions on findings: one write that keeps what a reviewer decided and changes the outcome, the
//! standing, the numbers and the alert that follow from it.
//!
//! Invariants: a verdict as recorded is never changed by a decision; the outcome and counts of every
//! live submission are those of its verdict under the decisions in force for its unit and year, be the
//! decision made before the verdict or after it.

use super::apply::{examination_of, members};
use super::cases::{self, Told, Turn};
use super::decide::{Answer, Command};
use super::index::{Draft, View, message};
use super::keys::{self, Facet, table};
use super::read::{Next, STEPS_PER_PAGE, next_common};
use super::records::{Row, Step, finding_from};
use super::succession::{Shift, is_current, is_live};
use super::{
    Change, Decided, DecisionFilter, Examined, ListedDecision, NewDecision, Page, Seen, Store,
    StoreError, Undecidable,
};
use crate::model::{
    AlertKind, Decision, Finding, Policy, REASON_BYTES, REVIEWER_BYTES, Reviewed, Ruled, Said,
    Submission, SubmissionId, UnitYear, Words, whose,
};
use std::collections::{BTreeMap, BTreeSet};

/// Findings that a refusal names: it must fit into the head of an answer.
const MOST_NAMED: usize = 20;

impl Store {
    /// Records what a reviewer decides about a finding of the current report of a unit and year, or
    /// that it is taken back, together with all that follows from it. Deciding the same once more
    /// records nothing. `Undecidable` where the finding is not, or no longer, there; `NotFound` where
    /// nothing was handed in; `Refused` without a reviewer or a reason, or where they are too long.
    pub async fn decide(&self, new: NewDecision) -> Result<Decided, StoreError> {
        match self.commit(Command::Decide(Box::new(new))).await? {
            Answer::Decided(decided) => Ok(*decided),
            _ => unreachable!("a decision is answered with what it led to"),
        }
    }

    /// The decisions in force for a unit and year, by fingerprint.
    pub fn rulings(&self, of: &UnitYear) -> Result<BTreeMap<String, Decision>, StoreError> {
        self.view(|view| rulings(view, of))
    }

    /// All decisions there ever were, newest first, ids below `before`.
    pub fn decisions(
        &self,
        filter: &DecisionFilter,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<ListedDecision>, StoreError> {
        self.view(|view| list(view, filter, before, limit))
    }
}

impl Undecidable {
    pub fn words(&self) -> Words {
        match self {
            Undecidable::NoSuchFinding { submission, fingerprint, there, in_all } => Words::new(
                format!(
                    "{submission} 号报告没有标识为 {fingerprint} 的问题，现有 {in_all} 个：{}",
                    there.join("、")
                ),
                format!(
                    "submission {submission} has no finding {fingerprint}; it has {in_all}: {}",
                    there.join(", ")
                ),
            ),
            Undecidable::Outdated { seen, current } if seen == current => Words::new(
                format!("{current} 号报告已重新核对，请重新查看后再认定"),
                format!("submission {current} was judged again; look at it before deciding"),
            ),
            Undecidable::Outdated { seen, current } => Words::new(
                format!("{seen} 号报告已由 {current} 号取代，请查看后者再认定"),
                format!("submission {seen} is not the current one, {current} is; look at that"),
            ),
            Undecidable::NotDecided { fingerprint } => Words::new(
                format!("标识为 {fingerprint} 的问题没有可撤销的认定"),
                format!("nothing was decided about {fingerprint} that could be withdrawn"),
            ),
        }
    }
}

pub(super) fn decide(
    view: &View,
    seq: u64,
    policy: &Policy,
    new: NewDecision,
) -> Result<(Option<Step>, Decided), StoreError> {
    bounded(&new)?;
    let mut standing = rulings(view, &new.of)?;
    let before = standing.get(&new.fingerprint).cloned();
    let live = live(view, &new.of)?;
    let current = live.iter().find(|row| is_current(row));
    let decision = match new.ruling {
        Some(_) => made(view, seq, &new, current)?,
        None => withdrawn(seq, &new, before.as_ref())?,
    };
    if let Some(before) = before.filter(|before| same(before, &decision)) {
        let decided =
            Decided { decision: before, submission: current.cloned(), alerts: Vec::new() };
        return Ok((None, decided));
    }
    match decision.ruling {
        Some(_) => standing.insert(new.fingerprint.clone(), decision.clone()),
        None => standing.remove(&new.fingerprint),
    };
    let mut shift = Shift::new(view);
    let mut doubt = None;
    for row in &live {
        let mut changed = row.clone();
        let whose = review(&mut changed, &findings(view, row)?, &standing);
        doubt = if is_current(row) { whose } else { doubt };
        if changed != *row {
            shift.put(changed);
        }
    }
    let mut step = Step::new(seq, new.at, Change::Decided { id: None, alerts: Vec::new() });
    let mut decided = Decided { decision: decision.clone(), submission: None, alerts: Vec::new() };
    if let Some(before) = current {
        let row = shift.row(before.id)?;
        follow(view, seq, &shift, (before, &row), doubt, policy, &mut step)?;
        decided.alerts = step.alerts.iter().map(|alert| alert.id).collect();
        step.change = Change::Decided { id: Some(row.id), alerts: decided.alerts.clone() };
        decided.submission = Some(row);
    }
    step.submissions = shift.into_rows();
    step.decision = Some(decision);
    Ok((Some(step), decided))
}

/// The case about the report opens, goes on or resolves as its outcome now is.
fn follow(
    view: &View,
    seq: u64,
    shift: &Shift,
    (before, row): (&Submission, &Submission),
    doubt: Option<AlertKind>,
    policy: &Policy,
    step: &mut Step,
) -> Result<(), StoreError> {
    let gist = examination_of(view, row.id)?.map_or(0, |examination| examination.gist);
    let told = Told { gist, why: None, doubt, at: step.at, grace: 0 };
    let turns = cases::turn(view, seq, shift, before, row, &[], &told)?;
    let turns: Vec<Turn> = turns.into_iter().map(Turn::hushed).collect();
    (step.outbox, step.sent) = cases::messages(view, &turns, seq, told.at, told.hold(row), policy)?;
    step.alerts = turns.into_iter().map(|turn| turn.alert).collect();
    Ok(())
}

fn bounded(new: &NewDecision) -> Result<(), StoreError> {
    let refused = |why: String| Err(StoreError::Refused(why));
    match new {
        NewDecision { by, .. } if by.trim().is_empty() => {
            refused("a decision needs the name of its reviewer".to_owned())
        }
        NewDecision { by, .. } if by.len() > REVIEWER_BYTES => {
            refused(format!("the reviewer's name is longer than {REVIEWER_BYTES} bytes"))
        }
        NewDecision { ruling: Some(_), reason, .. } if reason.trim().is_empty() => {
            refused("a decision needs a reason".to_owned())
        }
        NewDecision { reason, .. } if reason.len() > REASON_BYTES => {
            refused(format!("the reason is longer than {REASON_BYTES} bytes"))
        }
        _ => Ok(()),
    }
}

/// A ruling on what the current verdict says.
fn made(
    view: &View,
    seq: u64,
    new: &NewDecision,
    current: Option<&Submission>,
) -> Result<Decision, StoreError> {
    let UnitYear { unit, year } = &new.of;
    let current = current.ok_or_else(|| StoreError::NotFound(format!("{unit} {year}")))?;
    let other = |seen: &Seen| {
        seen.submission != current.id
            || seen.judged_at.is_some_and(|at| Some(at) != current.judged_at)
    };
    if let Some(Seen { submission: seen, .. }) = new.seen.filter(other) {
        let outdated = Undecidable::Outdated { seen, current: current.id };
        return Err(StoreError::Undecidable(outdated));
    }
    let findings = findings(view, current)?;
    let meant: Vec<&Finding> =
        findings.iter().filter(|f| f.fingerprint == new.fingerprint).collect();
    let Some(first) = meant.first() else {
        let there: BTreeSet<&String> = findings.iter().map(|f| &f.fingerprint).collect();
        return Err(StoreError::Undecidable(Undecidable::NoSuchFinding {
            submission: current.id,
            fingerprint: new.fingerprint.clone(),
            in_all: there.len(),
            there: there.into_iter().take(MOST_NAMED).cloned().collect(),
        }));
    };
    Ok(Decision {
        id: seq,
        of: new.of.clone(),
        fingerprint: new.fingerprint.clone(),
        code: first.code.clone(),
        ruling: new.ruling,
        reason: new.reason.clone(),
        by: new.by.clone(),
        at: new.at,
        submission: current.id,
        substance: meant.into_iter().map(Said::of).collect(),
    })
}

/// The end of a ruling, which may also come when the finding is long mended.
fn withdrawn(
    seq: u64,
    new: &NewDecision,
    before: Option<&Decision>,
) -> Result<Decision, StoreError> {
    let Some(before) = before else {
        let fingerprint = new.fingerprint.clone();
        return Err(StoreError::Undecidable(Undecidable::NotDecided { fingerprint }));
    };
    Ok(Decision {
        id: seq,
        ruling: None,
        reason: new.reason.clone(),
        by: new.by.clone(),
        at: new.at,
        ..before.clone()
    })
}

/// Nobody decides the same twice: a call repeated after a lost answer changes nothing.
fn same(before: &Decision, now: &Decision) -> bool {
    let Decision { id, at, submission, .. } = *before;
    Decision { id, at, submission, ..now.clone() } == *before
}

/// Lays the decisions in force over a row that has just got its verdict, and tells whether it is then in
/// doubt whose report it is.
pub(super) fn lay(
    view: &View,
    row: &mut Submission,
    result: &Examined,
) -> Result<Option<AlertKind>, StoreError> {
    let Ok(verdict) = result else { return Ok(None) };
    let standing = match row.unit_year() {
        Some(of) => rulings(view, &of)?,
        None => BTreeMap::new(),
    };
    Ok(review(row, &verdict.findings, &standing))
}

/// Whether it is in doubt whose report a live submission is.
pub(super) fn doubt(view: &View, row: &Submission) -> Result<Option<AlertKind>, StoreError> {
    let standing = match row.unit_year() {
        Some(of) => rulings(view, &of)?,
        None => BTreeMap::new(),
    };
    let findings = findings(view, row)?;
    Ok(whose(row, Reviewed::of(&findings, &standing).open(&findings)))
}

fn review(
    row: &mut Submission,
    findings: &[Finding],
    standing: &BTreeMap<String, Decision>,
) -> Option<AlertKind> {
    let reviewed = Reviewed::of(findings, standing);
    (row.outcome, row.counts) = (Some(reviewed.outcome), reviewed.counts);
    whose(row, reviewed.open(findings))
}

/// Submissions of a unit and year that have a verdict and did not give way; they have the same bytes.
fn live(view: &View, of: &UnitYear) -> Result<Vec<Submission>, StoreError> {
    let mut rows = members(view, Facet::unit_year(of))?;
    // Of what could not be read no unit is known, so that all of them were judged.
    rows.retain(is_live);
    Ok(rows)
}

/// The findings of a live submission in their order.
fn findings(view: &View, row: &Submission) -> Result<Vec<Finding>, StoreError> {
    let codes = examination_of(view, row.id)?.unwrap_or_default().codes;
    let mut findings = Vec::with_capacity(codes.len());
    for (n, code) in codes.iter().enumerate() {
        let stored = view.get(&keys::finding(code, row.year, row.id, n))?;
        findings.extend(stored.map(|bytes| finding_from(message(&bytes)?)).transpose()?);
    }
    Ok(findings)
}

/// The decision on the finding of a current submission that has this key.
pub(super) fn on(
    view: &View,
    row: &Submission,
    rule: &str,
    key: &[u8],
) -> Result<Option<Ruled>, StoreError> {
    let Some(of) = row.unit_year() else { return Ok(None) };
    let standing = rulings(view, &of)?;
    if standing.is_empty() {
        return Ok(None);
    }
    // Findings of one fingerprint are of one rule.
    let all = view.scan(&keys::findings_in(rule, row.year, row.id), &[], usize::MAX)?;
    let at = all.iter().position(|(other, _)| other == key);
    let findings = all.iter().map(|(_, bytes)| finding_from(message(bytes)?));
    let findings = findings.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(at.and_then(|at| Reviewed::of(&findings, &standing).ruled.swap_remove(at)))
}

pub(super) fn rulings(
    view: &View,
    of: &UnitYear,
) -> Result<BTreeMap<String, Decision>, StoreError> {
    let mut rulings = BTreeMap::new();
    for (_, row) in view.scan(&keys::rulings(of), &[], usize::MAX)? {
        let decision = Decision::from_bytes(&row)?;
        rulings.insert(decision.fingerprint.clone(), decision);
    }
    Ok(rulings)
}

/// The rows of a decision.
pub(super) fn put(draft: &mut Draft, decision: &Decision) -> Result<(), StoreError> {
    let Decision { id, of, fingerprint, .. } = decision;
    let facets = [
        Facet::decisions(),
        Facet::decisions_of_year(of.year),
        Facet::decisions_of_unit(&of.unit),
        Facet::decisions_on(fingerprint),
    ];
    for facet in facets {
        draft.put(facet.posting(*id), &[])?;
    }
    draft.put_row(keys::id(table::DECISION, *id), decision)?;
    match decision.ruling {
        Some(_) => draft.put_row(keys::ruling(of, fingerprint), decision),
        None => draft.remove(keys::ruling(of, fingerprint)),
    }
}

fn list(
    view: &View,
    filter: &DecisionFilter,
    before: Option<u64>,
    limit: usize,
) -> Result<Page<ListedDecision>, StoreError> {
    let mut facets = Vec::new();
    facets.extend(filter.fingerprint.as_deref().map(Facet::decisions_on));
    facets.extend(filter.unit.as_deref().map(Facet::decisions_of_unit));
    facets.extend(filter.year.map(Facet::decisions_of_year));
    if facets.is_empty() {
        facets.push(Facet::decisions());
    }
    let mut items = Vec::new();
    let mut below = before.unwrap_or(u64::MAX);
    let mut steps = 0;
    while items.len() < limit && steps < STEPS_PER_PAGE {
        match next_common(view, &facets, below, &mut steps)? {
            Next::Id(id) => {
                items.extend(listed_as(view, id)?);
                below = id;
            }
            Next::Paused(at) => below = at,
            Next::End => return Ok(Page { items, next: None }),
        }
    }
    let more = !matches!(next_common(view, &facets, below, &mut 0)?, Next::End);
    Ok(Page { items, next: more.then_some(below) })
}

fn listed_as(view: &View, id: SubmissionId) -> Result<Option<ListedDecision>, StoreError> {
    let Some(decision) = view.row::<Decision>(&keys::id(table::DECISION, id))? else {
        return Ok(None);
    };
    let key = keys::ruling(&decision.of, &decision.fingerprint);
    let in_force = view.row::<Decision>(&key)?.is_some_and(|newest| newest.id == id);
    Ok(Some(ListedDecision { decision, in_force }))
}
