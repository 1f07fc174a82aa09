//! Pure work beside the async threads, on a stack that fits the deepest document, where a panic ends
//! only that piece of work.

use tokio::sync::oneshot;

/// Virtual size; only what is touched costs memory.
const STACK: usize = 64 << 20;

/// The work panicked, or no thread could be started for it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Lost(String);

/// Runs `work` on a thread of its own.
pub(super) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Lost> {
    let (answer, answered) = oneshot::channel();
    let span = tracing::Span::current();
    let thread = std::thread::Builder::new().name("judge".into()).stack_size(STACK);
    thread
        .spawn(move || {
            let _in_span = span.enter();
            // A caller that has gone away wants no answer.
            drop(answer.send(work()));
        })
        .map_err(|e| Lost(format!("no thread to be had: {e}")))?;
    answered.await.map_err(|_| Lost("the work panicked".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_only_its_own_work() {
        assert!(
            run(|| if true {
                panic!("on purpose")
            })
            .await
            .is_err()
        );
        assert_eq!(run(|| 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_deep_recursion_has_room() {
        fn deep(n: u32) -> u64 {
            let page = std::hint::black_box([n as u8; 4096]);
            if n == 0 { 0 } else { u64::from(page[1] == n as u8) + deep(n - 1) }
        }
        assert_eq!(run(|| deep(4_000)).await.unwrap(), 4_000);
    }
}
