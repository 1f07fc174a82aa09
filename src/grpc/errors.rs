//! Refusals: the one place that turns an error into a status with details, in both languages.

use crate::model::{SubmissionId, Words, size_words};
use crate::proto::v1::ErrorReason;
use crate::store::{StoreError, Undecidable};
use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

/// The `domain` of every `google.rpc.ErrorInfo`.
pub const DOMAIN: &str = "nianbao";

/// The name of a reason as it stands in `google.rpc.ErrorInfo`: without the enum's prefix.
pub fn reason_name(reason: ErrorReason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("ERROR_REASON_").unwrap_or(name)
}

/// When to call again after a refusal that passes by itself.
const SOON: Duration = Duration::from_secs(1);

/// When to call again after a refusal that passes once somebody has done something.
const LATER: Duration = Duration::from_secs(60);

/// A refusal being put together.
struct Refusal {
    code: Code,
    words: Words,
    details: ErrorDetails,
}

impl Refusal {
    fn new(code: Code, reason: ErrorReason, words: Words) -> Self {
        Self::with_metadata(code, reason, words, [])
    }

    fn with_metadata<const N: usize>(
        code: Code,
        reason: ErrorReason,
        words: Words,
        metadata: [(&str, String); N],
    ) -> Self {
        let metadata: HashMap<String, String> =
            metadata.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
        let mut details = ErrorDetails::with_error_info(reason_name(reason), DOMAIN, metadata);
        details.set_localized_message("zh-CN", &words.zh);
        Refusal { code, words, details }
    }

    fn detail(mut self, add: impl FnOnce(&mut ErrorDetails)) -> Self {
        add(&mut self.details);
        self
    }

    fn status(self) -> Status {
        Status::with_error_details(self.code, self.words.en, self.details)
    }
}

/// Fields that are missing or out of bounds, collected so that all are told at once.
#[derive(Default)]
pub(super) struct Fields(Vec<FieldViolation>);

impl Fields {
    pub(super) fn refuse(&mut self, field: &str, why: impl Into<String>) {
        self.0.push(FieldViolation::new(field, why));
    }

    /// Refuses an empty string, or one longer than `most` bytes.
    pub(super) fn text(&mut self, field: &str, value: &str, most: usize) {
        if value.trim().is_empty() {
            self.refuse(field, "must not be empty");
        }
        self.at_most(field, value, most);
    }

    pub(super) fn at_most(&mut self, field: &str, value: &str, most: usize) {
        if value.len() > most {
            self.refuse(field, format!("must not be longer than {most} bytes"));
        }
    }

    pub(super) fn check(self) -> Result<(), Status> {
        if self.0.is_empty() {
            return Ok(());
        }
        let list: Vec<String> =
            self.0.iter().map(|v| format!("{}: {}", v.field, v.description)).collect();
        let list = list.join("; ");
        let words =
            Words::new(format!("请求有误：{list}"), format!("the request is not valid: {list}"));
        let refusal = Refusal::new(Code::InvalidArgument, ErrorReason::InvalidField, words);
        Err(refusal.detail(|d| _ = d.set_bad_request(self.0)).status())
    }
}

/// One bad field.
pub(super) fn invalid(field: &str, why: impl Into<String>) -> Status {
    let mut fields = Fields::default();
    fields.refuse(field, why);
    fields.check().expect_err("a field was refused")
}

pub(super) fn page_token() -> Status {
    let words = Words::new(
        "翻页标记无效，或属于另一组筛选条件；请从第一页重新列出",
        "the page token is not valid or belongs to another filter; start the listing again",
    );
    Refusal::new(Code::InvalidArgument, ErrorReason::PageTokenInvalid, words)
        .detail(|d| _ = d.add_bad_request_violation("page_token", "does not fit this request"))
        .status()
}

pub(super) fn cursor_invalid() -> Status {
    let words = Words::new("游标无效", "the cursor is not valid");
    let field = "optional_start_cursor";
    Refusal::new(Code::InvalidArgument, ErrorReason::CursorInvalid, words)
        .detail(|d| _ = d.add_bad_request_violation(field, "is not a cursor of this API"))
        .status()
}

/// The journal that a cursor speaks of is not this one, or ends before it.
pub(super) fn cursor_lost(current: String) -> Status {
    let words = Words::new(
        "日志已更换，不能从该游标继续；请重新列出，再从新的游标继续",
        "the journal was replaced; one cannot go on from this cursor: list again and watch from there",
    );
    let metadata = [("current_cursor", current)];
    Refusal::with_metadata(Code::OutOfRange, ErrorReason::CursorLost, words, metadata).status()
}

/// `kind` is the type of the resource, `name` what the request called it.
pub(super) fn not_found(kind: &str, name: impl ToString) -> Status {
    let name = name.to_string();
    let words = Words::new(format!("没有找到：{name}"), format!("there is no {kind} {name}"));
    Refusal::new(Code::NotFound, ErrorReason::NotFound, words)
        .detail(|d| _ = d.set_resource_info(format!("nianbao.v1.{kind}"), name, "", ""))
        .status()
}

/// There is no channel of that name, only these.
pub(super) fn no_channel(name: &str, known: &[String]) -> Status {
    let words = Words::new(
        format!("没有名为“{name}”的渠道；配置中有：{}", known.join("、")),
        format!("there is no channel “{name}”; there are: {}", known.join(", ")),
    );
    Refusal::new(Code::NotFound, ErrorReason::NotFound, words)
        .detail(|d| _ = d.set_resource_info("nianbao.v1.Channel", name, "", ""))
        .status()
}

pub(super) fn not_judged_yet(id: SubmissionId) -> Status {
    let words = Words::new(
        format!("{id} 号报告还没有核对完"),
        format!("submission {id} has no verdict yet"),
    );
    let metadata = [("submission", id.to_string())];
    let reason = ErrorReason::NotJudgedYet;
    Refusal::with_metadata(Code::FailedPrecondition, reason, words, metadata)
        .detail(|d| _ = d.set_retry_info(Some(SOON)))
        .status()
}

pub(super) fn too_large(limit: u64) -> Status {
    let words = Words::new(
        format!("文件超过上限 {}", size_words(limit)),
        format!("the file is over the limit of {limit} bytes"),
    );
    let metadata = [("limit_bytes", limit.to_string())];
    Refusal::with_metadata(Code::ResourceExhausted, ErrorReason::TooLarge, words, metadata)
        .detail(|d| _ = d.add_quota_failure_violation("upload", "the file is too large"))
        .status()
}

pub(super) fn upload_incomplete(why: &str) -> Status {
    let words = Words::new(
        format!("文件没有传完（{why}），没有收下"),
        format!("the upload did not end properly ({why}); nothing was kept"),
    );
    Refusal::new(Code::Aborted, ErrorReason::UploadIncomplete, words).status()
}

pub(super) fn draining() -> Status {
    let words = Words::new("守护进程正在停止", "the daemon is stopping");
    Refusal::new(Code::Unavailable, ErrorReason::Draining, words)
        .detail(|d| _ = d.set_retry_info(Some(SOON)))
        .status()
}

/// The original in the archive is gone, or is no longer what was handed in.
pub(super) fn original_damaged(sha256: &str) -> Status {
    let words = Words::new(
        "存档中的原件缺失或已损坏，请与管理员联系；已收到的部分请勿使用",
        "the original is missing from the archive or damaged there; do not use what was received",
    );
    let metadata = [("sha256", sha256.to_string())];
    let reason = ErrorReason::OriginalDamaged;
    Refusal::with_metadata(Code::DataLoss, reason, words, metadata).status()
}

/// The disk failed, or what is on it is not what was written. Where and how is for the log only.
pub(super) fn store_failed(what: &dyn std::fmt::Display) -> Status {
    tracing::error!(error = %what, "查询时存储出错 · the store failed while answering");
    let words = Words::new("存储出错，详见日志", "the store failed; see the log");
    Refusal::new(Code::Internal, ErrorReason::StoreFailed, words).status()
}

/// Nothing can be kept about the findings of a report that is filed under no unit and year.
pub(super) fn not_filed(id: SubmissionId) -> Status {
    let words = Words::new(
        format!("{id} 号报告的单位或年度不明，不能认定其问题"),
        format!("unit or year of submission {id} is not known; its findings cannot be decided on"),
    );
    let metadata = [("submission", id.to_string())];
    let reason = ErrorReason::NotFiled;
    Refusal::with_metadata(Code::FailedPrecondition, reason, words, metadata).status()
}

fn undecidable(why: &Undecidable) -> Status {
    let code = Code::FailedPrecondition;
    match why {
        Undecidable::NoSuchFinding { submission, fingerprint, there, in_all } => {
            let metadata = [
                ("submission", submission.to_string()),
                ("fingerprint", fingerprint.clone()),
                ("there", there.join(",")),
                ("in_all", in_all.to_string()),
            ];
            let reason = ErrorReason::NoSuchFinding;
            Refusal::with_metadata(code, reason, why.words(), metadata).status()
        }
        Undecidable::Outdated { seen, current } => {
            let metadata = [("submission", seen.to_string()), ("current", current.to_string())];
            let reason = ErrorReason::Outdated;
            Refusal::with_metadata(code, reason, why.words(), metadata).status()
        }
        Undecidable::NotDecided { fingerprint } => {
            Refusal::new(Code::NotFound, ErrorReason::NotFound, why.words())
                .detail(|d| _ = d.set_resource_info("nianbao.v1.Decision", fingerprint, "", ""))
                .status()
        }
    }
}

/// A store error that the handler did not foresee.
pub(super) fn store(error: StoreError) -> Status {
    match error {
        StoreError::NotFound(what) => not_found("resource", what),
        StoreError::Conflict { id, expected, actual } => {
            let words = Words::new(
                format!("{id} 号报告的状态已变，请重新查看"),
                format!("submission {id} is {}, not {}", actual.name(), expected.name()),
            );
            let metadata = [
                ("submission", id.to_string()),
                ("expected", expected.name().to_string()),
                ("actual", actual.name().to_string()),
            ];
            let reason = ErrorReason::StageConflict;
            Refusal::with_metadata(Code::FailedPrecondition, reason, words, metadata).status()
        }
        StoreError::Undecidable(why) => undecidable(&why),
        StoreError::Refused(why) => {
            let words = Words::new(format!("不能接受：{why}"), why);
            Refusal::new(Code::FailedPrecondition, ErrorReason::Refused, words).status()
        }
        StoreError::NoRoom(words) => {
            Refusal::new(Code::ResourceExhausted, ErrorReason::NoRoom, words)
                .detail(|d| _ = d.set_retry_info(Some(LATER)))
                .status()
        }
        StoreError::Unwritable(words) => {
            Refusal::new(Code::Unavailable, ErrorReason::Unwritable, words)
                .detail(|d| _ = d.set_retry_info(Some(LATER)))
                .status()
        }
        error @ (StoreError::Locked(_) | StoreError::Fatal(_) | StoreError::Overtaken(_)) => {
            store_failed(&error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Stage;

    #[test]
    fn every_refusal_carries_its_reason_and_words_in_chinese() {
        let conflict =
            StoreError::Conflict { id: 7, expected: Stage::Judged, actual: Stage::Received };
        let fingerprint = "0123456789abcdef".to_string();
        let gone = Undecidable::NoSuchFinding {
            submission: 7,
            fingerprint: fingerprint.clone(),
            there: vec![],
            in_all: 0,
        };
        let outdated = Undecidable::Outdated { seen: 7, current: 8 };
        let undecided = Undecidable::NotDecided { fingerprint };
        let all = [
            (invalid("year", "must be set"), "INVALID_FIELD"),
            (page_token(), "PAGE_TOKEN_INVALID"),
            (cursor_invalid(), "CURSOR_INVALID"),
            (cursor_lost("c".into()), "CURSOR_LOST"),
            (not_found("Submission", 7), "NOT_FOUND"),
            (not_judged_yet(7), "NOT_JUDGED_YET"),
            (store(conflict), "STAGE_CONFLICT"),
            (too_large(9), "TOO_LARGE"),
            (store(StoreError::Refused("no".into())), "REFUSED"),
            (store(StoreError::NoRoom(Words::new("磁盘已满", "full"))), "NO_ROOM"),
            (store(StoreError::Unwritable(Words::new("无法写入", "I/O"))), "UNWRITABLE"),
            (upload_incomplete("cut"), "UPLOAD_INCOMPLETE"),
            (draining(), "DRAINING"),
            (original_damaged("ab"), "ORIGINAL_DAMAGED"),
            (store(StoreError::Undecidable(gone)), "NO_SUCH_FINDING"),
            (store(StoreError::Undecidable(outdated)), "OUTDATED"),
            (store(StoreError::Undecidable(undecided)), "NOT_FOUND"),
            (not_filed(7), "NOT_FILED"),
            (store(StoreError::Fatal("disk".into())), "STORE_FAILED"),
        ];
        for (status, reason) in all {
            let info = status.get_details_error_info().expect("ErrorInfo");
            assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, DOMAIN));
            let words = status.get_details_localized_message().expect("LocalizedMessage");
            assert_eq!(words.locale, "zh-CN");
            assert!(!words.message.is_ascii(), "{reason}: {}", words.message);
        }
    }

    #[test]
    fn all_bad_fields_are_told_at_once() {
        let mut fields = Fields::default();
        fields.text("by", " ", 200);
        fields.at_most("note", "abc", 2);
        let status = fields.check().expect_err("two bad fields");
        let bad = status.get_details_bad_request().expect("BadRequest");
        let names: Vec<&str> = bad.field_violations.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(names, ["by", "note"]);
    }

    #[test]
    fn what_failed_on_the_disk_is_not_told_to_strangers() {
        let status =
            store(StoreError::Fatal("/var/lib/nianbao/journal: Input/output error".into()));
        assert!(!status.message().contains("/var"), "{}", status.message());
    }
}
